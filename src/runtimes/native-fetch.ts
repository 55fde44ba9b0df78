/** The global `fetch` from before it was patched, if it was: telemetry's own requests are not traced. */
let original: typeof fetch | undefined

export const nativeFetch = (): typeof fetch => original ?? globalThis.fetch

export const setNativeFetch = (fetch: typeof globalThis.fetch | undefined): void => {
  original = fetch
}
