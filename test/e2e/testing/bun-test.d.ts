/** As much of Bun's types as is used. */
declare module 'bun:test' {
  export const test: (name: string, fn: () => Promise<void>) => void
}
