import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
} from '@opentelemetry/api'
import { trimOws } from './ows.ts'

const MAX_MEMBERS = 64
const MAX_BYTES = 8192

// A key and, perhaps, a value: the grammar of properties, and with a value that of entries.
const PAIR = /^([\w!#$%&'*+.^`|~-]+)(?:[\t ]*=[\t ]*([!#-+\--:<-[\]-~]*))?$/
const ENCODED_OCTETS = /(?:%[\da-f]{2})+/gi
const MUST_BE_ENCODED = /[^!#$&-+\--:<-[\]-~]+/g

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** Decodes octets, not characters: what is no UTF-8 becomes U+FFFD, a stray `%` stays. */
const decode = (value: string): string => {
  return value.replace(ENCODED_OCTETS, (octets) =>
    decoder.decode(Uint8Array.from(octets.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
  )
}

const encode = (value: string): string => {
  return value.toWellFormed().replace(MUST_BE_ENCODED, encodeURIComponent)
}

/** Reads a list member without decoding it; `undefined` when any part of it is malformed. */
const readMember = (member: string): [key: string, value: string, rest: string] | undefined => {
  const [pair = '', ...rest] = member.split(';').map(trimOws)
  const [, key, value] = PAIR.exec(pair) ?? []
  const properties = rest.filter(Boolean)
  if (key === undefined || value === undefined) {
    return undefined
  }
  return properties.every((text) => PAIR.test(text))
    ? [key, value, properties.join(';')]
    : undefined
}

/**
 * Reads a `baggage` header (W3C Baggage, section 3.3).
 *
 * Malformed members are skipped. Members beyond the 64th, or that would bring the total to more than
 * 8192 bytes, are left out whole. Of members with the same key the last is kept.
 *
 * @returns `undefined` when no member is left
 */
export const parseBaggage = (header: string): Baggage | undefined => {
  const entries = new Map<string, BaggageEntry>()
  let room = MAX_BYTES + 1
  for (const member of header.split(',')) {
    const read = member.length < room && readMember(member)
    if (!read) {
      continue
    }
    const [key, value, properties] = read
    if (entries.size === MAX_MEMBERS && !entries.has(key)) {
      continue
    }
    room -= member.length + 1
    entries.set(key, {
      value: decode(value),
      ...(properties && { metadata: baggageEntryMetadataFromString(properties) }),
    })
  }
  // `fromEntries` defines its properties, so a key of `__proto__` is an entry like any other.
  return entries.size > 0 ? propagation.createBaggage(Object.fromEntries(entries)) : undefined
}

/**
 * Writes a `baggage` header, `''` for none.
 *
 * Values are percent-encoded where the grammar demands it. An entry is left out whole when its key
 * is not a token, when its metadata is not a list of properties, when it is the 65th, or when the
 * header would exceed 8192 bytes.
 */
export const formatBaggage = (baggage: Baggage): string => {
  let header = ''
  let count = 0
  for (const [key, { value, metadata }] of baggage.getAllEntries()) {
    // Reading back what would be sent catches keys and metadata that the header cannot hold.
    const read = readMember(`${key}=${encode(String(value))};${metadata ?? ''}`)
    if (read?.[0] !== key) {
      continue
    }
    const [, text, properties] = read
    const longer = `${header && `${header},`}${key}=${text}${properties && `;${properties}`}`
    if (longer.length > MAX_BYTES || count === MAX_MEMBERS) {
      continue
    }
    header = longer
    count++
  }
  return header
}
