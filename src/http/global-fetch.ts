import { nativeFetch, setNativeFetch } from '../runtimes/native-fetch.ts'
import { type ClientTelemetry, instrumentFetch } from './instrument-fetch.ts'

let patched: typeof fetch | undefined

/**
 * Replaces the global `fetch` by one that makes client spans. Once: a second call changes nothing. Where the
 * runtime forbids it, `fetch` stays as it is and false is returned.
 */
export const patchGlobalFetch = (telemetry: ClientTelemetry): boolean => {
  if (patched) {
    return true
  }
  const native = globalThis.fetch
  try {
    const replacement = instrumentFetch(native, telemetry)
    globalThis.fetch = replacement
    if (globalThis.fetch !== replacement) {
      return false
    }
    patched = replacement
    setNativeFetch(native)
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
    setNativeFetch(undefined)
  }
}
