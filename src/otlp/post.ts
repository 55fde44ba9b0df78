import type { SignalDestination } from '../config/config.ts'
import { VERSION } from '../version.ts'
import type { Outcome } from './outcome.ts'
import { readAtMost } from './read-at-most.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Statuses that the OTLP specification calls retryable. */
const RETRYABLE = [429, 502, 503, 504]

/** Longest response that is read; the specification asks receivers' answers to be capped. */
const MAX_RESPONSE_BYTES = 64 * 1024

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends one OTLP/HTTP request and says how it ended. Never throws.
 * Follows the OTLP specification, "OTLP/HTTP Response" and "Failures".
 */
export const post = async (
  { url, headers, timeoutMs }: SignalDestination,
  body: string,
  fetch: Fetch,
): Promise<Outcome> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': `OTel-OTLP-Exporter-hono-observability/${VERSION}`,
        ...headers,
      },
      body,
      // Credentials in headers must not follow to another origin.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    // Reading to the end, or cancelling, is what lets the connection be used again.
    const text = await readAtMost(response.body, MAX_RESPONSE_BYTES)
    if (response.ok) {
      return accepted(text)
    }
    const reason = `http_${response.status}`
    if (!RETRYABLE.includes(response.status)) {
      return { kind: 'refused', reason }
    }
    const afterMs = parseRetryAfter(response.headers.get('Retry-After'), Date.now())
    // A gateway may have lost the answer of a receiver that did its work.
    const ambiguous = response.status === 502 || response.status === 504
    return { kind: 'retry', reason, ambiguous, ...(afterMs !== undefined && { afterMs }) }
  } catch (error) {
    const reason = (error as Error | undefined)?.name === 'TimeoutError' ? 'timeout' : 'network'
    return { kind: 'retry', reason, ambiguous: !wasRefused(error) }
  }
}

/** No connection was made, so nothing can have arrived. Runtimes that do not say so leave it open. */
const wasRefused = (error: unknown): boolean => {
  const { cause, message } = error as { cause?: { code?: unknown }; message?: unknown }
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(String(cause?.code)) ||
    /connection refused|ConnectionRefused|dns error/i.test(String(message))
  )
}

const accepted = (text: string): Outcome => {
  const partial = parsePartialSuccess(text)
  const rejected = Number(
    partial?.rejectedSpans ?? partial?.rejectedDataPoints ?? partial?.rejectedLogRecords,
  )
  return {
    kind: 'accepted',
    rejected: Math.max(rejected || 0, 0),
    ...(typeof partial?.errorMessage === 'string' &&
      partial.errorMessage && { message: partial.errorMessage.slice(0, 500) }),
  }
}

/** A receiver that answers 200 with something else than JSON has still accepted. */
const parsePartialSuccess = (text: string): Record<string, unknown> | undefined => {
  if (!text.includes('partialSuccess')) {
    return undefined
  }
  try {
    return JSON.parse(text).partialSuccess
  } catch {
    return undefined
  }
}
