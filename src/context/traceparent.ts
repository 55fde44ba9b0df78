import type { SpanContext } from '@opentelemetry/api'
import { trimOws } from './ows.ts'

/** Length of a version 00 header, and where the fields of later versions go on. */
const LENGTH = 55

/** Longer headers are "prohibitively large" (section 3.2.4); the ids would keep all of it in memory. */
const MAX_LENGTH = 512

// Every repetition but the last has a fixed length, so a match never backtracks. A comma is what
// fetch APIs put between two headers of one name.
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[^,]*)?$/

/**
 * Reads a `traceparent` header as W3C Trace Context level 2, section 3.2, says.
 *
 * Versions above 00 are read as 00, with whatever follows the flags ignored. Of the flags, sampled
 * (0x01) and random (0x02) are kept. Headers of more than 512 characters are refused.
 *
 * @returns a remote span context, or `undefined` for anything malformed or sent twice
 */
export const parseTraceparent = (header: string): SpanContext | undefined => {
  if (header.length > MAX_LENGTH) {
    return undefined
  }
  const text = trimOws(header)
  if (!TRACEPARENT.test(text) || (text.length > LENGTH && text.startsWith('00'))) {
    return undefined
  }
  return {
    traceId: text.slice(3, 35),
    spanId: text.slice(36, 52),
    // Both known flags are in the last hexadecimal digit.
    traceFlags: Number.parseInt(text.charAt(54), 16) & 3,
    isRemote: true,
  }
}

/**
 * Writes a version 00 `traceparent` header, with all flags but sampled and random cleared.
 *
 * @returns the header, or `undefined` when an id is not lower-case hexadecimal of the right length or
 * all zero
 */
export const formatTraceparent = (span: SpanContext): string | undefined => {
  const header = `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 3}`
  return header.length === LENGTH && TRACEPARENT.test(header) ? header : undefined
}
