import type { Compression } from './encoding-option.ts'
import type { OtlpEncoding } from './otlp-encoding.ts'

/** Sends a request, perhaps by a binding among `env`. */
export type OtlpFetch = (
  url: string,
  init: RequestInit,
  // biome-ignore lint/suspicious/noExplicitAny: a parameter typed `Env` must fit.
  env?: any,
) => Promise<Response>

/** Where one signal's export requests go. */
export interface SignalDestination {
  url: string
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  encoding: OtlpEncoding
  compression: Compression
}
