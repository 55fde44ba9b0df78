import type { Attributes } from '@opentelemetry/api'
import * as WS_ATTR from './attributes.ts'

/** What a message is made of: bytes of its payload, as they are on the wire before compression. */
export interface Payload {
  readonly type: 'text' | 'binary'
  readonly bytes: number
}

interface Binary {
  readonly byteLength?: unknown
  /** A blob's. */
  readonly size?: unknown
}

/** Of what was received, or is to be sent. */
export const payloadOf = (data: unknown): Payload => {
  if (typeof data === 'object' && data !== null) {
    const { byteLength, size } = data as Binary
    if (typeof byteLength === 'number') {
      return { type: 'binary', bytes: byteLength }
    }
    if (typeof size === 'number') {
      return { type: 'binary', bytes: size }
    }
  }
  return { type: 'text', bytes: utf8Length(typeof data === 'string' ? data : String(data)) }
}

export const payloadAttributes = ({ type, bytes }: Payload): Attributes => ({
  [WS_ATTR.messageType]: type,
  [WS_ATTR.messageSize]: bytes,
})

/** Without encoding it: half of a pair that is alone is sent as U+FFFD, of three bytes. */
const utf8Length = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) {
      bytes += unit > 0x7ff ? 2 : 1
      if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
        // Two units, four bytes.
        i++
      }
    }
  }
  return bytes
}
