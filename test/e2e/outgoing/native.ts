/** From before it is patched. */
export const native = globalThis.fetch
