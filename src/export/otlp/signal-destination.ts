import type { Compression } from './encoding-option.ts'
import type { OtlpEncoding } from './otlp-encoding.ts'
import type { Headers } from './secret-headers.ts'

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
  /** Nobody has said where to: it is this machine. */
  isDefault?: boolean
  headers: Headers
  /** The same with those that a binding keeps; rejects while they cannot be had. */
  secretHeaders?: () => Promise<Headers>
  timeoutMs: number
  encoding: OtlpEncoding
  compression: Compression
}
