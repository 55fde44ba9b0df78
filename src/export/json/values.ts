/**
 * OTLP/JSON building blocks. Text is built by concatenation: no object tree is made to be thrown away.
 * Follows the OTLP specification's "JSON Protobuf Encoding": lowerCamelCase, integer enums, hex ids,
 * 64-bit integers as decimal strings, bytes as base64, NaN and infinities as strings.
 */
import type { Attributes } from '@opentelemetry/api'
import { quote } from '../../base/quote.ts'
import { toBase64 } from '../../logs/bytes-tree.ts'
import { isInt64, isWhole, MAX_DEPTH, unixMicros } from '../otlp/values.ts'

/** Milliseconds since the epoch, with fractions, as a decimal string of nanoseconds; microsecond resolution. */
export const unixNano = (ms: number): string => {
  const micros = unixMicros(ms)
  return micros ? `"${micros}000"` : '"0"'
}

/** The protobuf JSON form of a double. */
export const encodeDouble = (value: number): string =>
  Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`

const encodeNumber = (value: number): string =>
  isWhole(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${encodeDouble(value)}}`

const encodeBigInt = (value: bigint): string =>
  isInt64(value) ? `{"intValue":"${value}"}` : `{"stringValue":"${value}"}`

/**
 * Any value as an OTLP `AnyValue`. What has no form there (undefined, null, functions, what lies too deep
 * or refers to itself) becomes the empty value, which keeps array positions.
 */
export const encodeAnyValue = (value: unknown, depth = 0): string => {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${quote(value)}}`
    case 'number':
      return encodeNumber(value)
    case 'boolean':
      return value ? '{"boolValue":true}' : '{"boolValue":false}'
    case 'bigint':
      return encodeBigInt(value)
    case 'object':
      return value === null || depth > MAX_DEPTH ? '{}' : encodeObject(value, depth)
    default:
      return '{}'
  }
}

const encodeObject = (value: object, depth: number): string => {
  if (Array.isArray(value)) {
    let items = ''
    for (let i = 0; i < value.length; i++) {
      items += (i ? ',' : '') + encodeAnyValue(value[i], depth + 1)
    }
    return `{"arrayValue":{"values":[${items}]}}`
  }
  if (value instanceof Uint8Array) {
    return `{"bytesValue":"${toBase64(value)}"}`
  }
  return `{"kvlistValue":{"values":${encodeAttributes(value as Attributes, depth + 1)}}}`
}

/** Names, which are few and come again, whose encoding is remembered, and characters of one. */
const MAX_HEADS = 256
const MAX_HEAD_NAME = 64

const heads = /* @__PURE__ */ new Map<string, string>()

/** What comes before an attribute's text. Put together anew, it is a third of what encoding leaves to collect. */
const headOf = (key: string): string => {
  let head = heads.get(key)
  if (head === undefined) {
    head = `{"key":${quote(key)},"value":{"stringValue":`
    if (heads.size < MAX_HEADS && key.length <= MAX_HEAD_NAME) {
      heads.set(key, head)
    }
  }
  return head
}

/** Attributes as an OTLP list of `KeyValue`. Entries without a value are left out. */
export const encodeAttributes = (attributes: Attributes, depth = 0): string => {
  let entries = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value !== undefined && value !== null) {
      entries +=
        typeof value === 'string'
          ? `${entries && ','}${headOf(key)}${quote(value)}}}`
          : `${entries && ','}{"key":${quote(key)},"value":${encodeAnyValue(value, depth)}}`
    }
  }
  return `[${entries}]`
}
