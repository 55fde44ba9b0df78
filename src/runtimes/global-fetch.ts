/** The global `fetch` from before it was patched, if it was: telemetry's own requests are not traced. */
let original: typeof fetch | undefined
let patched: typeof fetch | undefined

export const nativeFetch = (): typeof fetch => original ?? globalThis.fetch

/**
 * Replaces the global `fetch`. Once: a second call changes nothing. Where the runtime forbids it, `fetch` stays as it
 * is and false is returned.
 */
export const patchGlobalFetch = (make: (native: typeof fetch) => typeof fetch): boolean => {
  if (patched) {
    return true
  }
  const native = globalThis.fetch
  try {
    const replacement = make(native)
    globalThis.fetch = replacement
    if (globalThis.fetch !== replacement) {
      return false
    }
    patched = replacement
    original = native
    return true
  } catch {
    return false
  }
}

/** Puts the global `fetch` back, unless somebody else has wrapped it since. */
export const restoreGlobalFetch = (): void => {
  if (patched && globalThis.fetch === patched) {
    globalThis.fetch = nativeFetch()
    patched = undefined
    original = undefined
  }
}
