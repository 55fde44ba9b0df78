import { describeThrown, errorType, readProperty } from '../../base/thrown.ts'
import { VERSION } from '../../base/version.ts'
import { json } from '../json/json.ts'
import type { Answer } from '../outcome.ts'
import { type BodyLimit, createBodyLimit } from './body-limit.ts'
import { gzip } from './gzip.ts'
import type { Body, PartialSuccess } from './otlp-encoding.ts'
import type { Payload } from './payload.ts'
import { readAtMost } from './read-at-most.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { Headers } from './secret-headers.ts'
import type { SignalDestination } from './signal-destination.ts'

/** Statuses that the OTLP specification calls retryable. */
const RETRYABLE = [429, 502, 503, 504]

/** Longest response that is read; the specification asks receivers' answers to be capped. */
const MAX_RESPONSE_BYTES = 64 * 1024

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends one OTLP/HTTP request and says how it ended. Never throws.
 * Follows the OTLP specification, "OTLP/HTTP Response" and "Failures".
 *
 * @param limit What the receiver takes: a larger body is not sent, and what it says of this one is noted.
 * @param isWhole Whether it cannot be had in parts, and so is sent however large it is.
 */
export const post = async (
  { url, headers, secretHeaders, timeoutMs, encoding, compression }: SignalDestination,
  payload: Payload,
  fetch: Fetch,
  limit: BodyLimit = createBodyLimit(),
  isWhole = true,
): Promise<Answer> => {
  if (compression === 'gzip') {
    await gzip(payload)
  }
  const bytes = bytesOf(payload.body, limit.bytes)
  if (!isWhole && bytes > limit.bytes) {
    const parts = Math.ceil(bytes / limit.bytes)
    return { kind: 'refused', reason: 'too_large', parts, isUnsent: true }
  }
  let sent = headers
  try {
    sent = (await secretHeaders?.()) ?? headers
  } catch {
    return { kind: 'retry', reason: 'secret', ambiguous: false }
  }
  // Not `AbortSignal.timeout`: its timer outlives the answer, and keeps a Durable Object from hibernating.
  const controller = new AbortController()
  const timer = setTimeout(
    () => controller.abort(new DOMException('timed out', 'TimeoutError')),
    timeoutMs,
  )
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'user-agent': `OTel-OTLP-Exporter-hono-observability/${VERSION}`,
        ...sent,
        ...(payload.idempotencyKey && { 'idempotency-key': payload.idempotencyKey }),
        // Lower case, as configured names are: ours replace them, and are not added to them.
        'content-type': payload.contentType,
        ...(payload.isGzipped && { 'content-encoding': 'gzip' }),
      },
      body: payload.body,
      // Credentials in headers must not follow to another origin.
      redirect: 'manual',
      signal: controller.signal,
    })
    // Reading to the end, or cancelling, is what lets the connection be used again.
    const answer = await readAtMost(response.body, MAX_RESPONSE_BYTES)
    const isTooLarge = response.status === 413
    if (response.ok || (isTooLarge && !isWhole)) {
      limit.note(bytes, response.ok)
    }
    if (response.ok) {
      // A receiver may answer in the other encoding than it was asked in.
      const isProtobuf = /protobuf/.test(response.headers.get('Content-Type') ?? '')
      const reader = /protobuf/.test(encoding.contentType) === isProtobuf ? encoding : json
      return accepted(reader.readPartialSuccess(answer), sent)
    }
    const reason = `http_${response.status}`
    if (!RETRYABLE.includes(response.status)) {
      return { kind: 'refused', reason, ...(isTooLarge && !isWhole && { parts: 2 }) }
    }
    const afterMs = parseRetryAfter(response.headers.get('Retry-After'), Date.now())
    // A gateway may have lost the answer of a receiver that did its work.
    const ambiguous = response.status === 502 || response.status === 504
    return { kind: 'retry', reason, ambiguous, ...(afterMs !== undefined && { afterMs }) }
  } catch (error) {
    const reason = errorType(error, '') === 'TimeoutError' ? 'timeout' : 'network'
    return { kind: 'retry', reason, ambiguous: !wasRefused(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Bytes of a body as sent: characters, where text cannot come to more than `near` anyway. */
const bytesOf = (body: Body, near: number): number =>
  typeof body === 'string' && 3 * body.length > near
    ? new TextEncoder().encode(body).length
    : body.length

/** No connection was made, so nothing can have arrived. Runtimes that do not say so leave it open. */
const wasRefused = (error: unknown): boolean => {
  const code = readProperty(readProperty(error, 'cause'), 'code')
  return (
    (typeof code === 'string' && /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code)) ||
    /connection ?refused|dns error/i.test(describeThrown(error))
  )
}

const accepted = (partial: PartialSuccess | undefined, headers: Headers): Answer => ({
  kind: 'accepted',
  rejected: Math.max(Math.trunc(Number(partial?.rejected)) || 0, 0),
  ...(partial?.message && { message: conceal(partial.message.slice(0, 500), headers) }),
})

/** Some receivers quote what they were sent. */
const conceal = (message: string, headers: Headers): string =>
  Object.values(headers)
    .flatMap((value) => [value, ...value.split(' ')])
    .filter(({ length }) => length > 3)
    .reduce((text, value) => text.replaceAll(value, '[redacted]'), message)
