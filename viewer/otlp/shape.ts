/** A request that is not OTLP at all. Answered with 400. */
export class MalformedRequest extends Error {
  override name = 'MalformedRequest'
}

/** A record that cannot be kept. Counted under its message in a partial success. */
export class RejectedRecord extends Error {
  override name = 'RejectedRecord'
}

/** A JSON object of unknown content. */
export type Json = Record<string, unknown>

/** The value as an object; a missing one is empty. */
export function object(value: unknown, name: string): Json {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new MalformedRequest(`\`${name}\` must be an object, received ${kindOf(value)}`)
  }
  return value as Json
}

/** The value as a list; a missing one is empty. */
export function list(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    throw new MalformedRequest(`\`${name}\` must be a list, received ${kindOf(value)}`)
  }
  return value
}

/** The value as a whole number from 0 to `max`; anything else is 0. Without `max`, cut at 2^53 - 1. */
export function whole(value: unknown, max?: number): number {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) return 0
  if (max === undefined) return Math.min(number, Number.MAX_SAFE_INTEGER)
  return number <= max ? number : 0
}

const MAX_UINT64 = 2n ** 64n - 1n

/** A count of 64 bits: a number below 2^53, beyond it a decimal string; anything else is 0. */
export function count64(value: unknown): number | string {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) return 0
  if (Number.isSafeInteger(number)) return number
  const exact = typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : BigInt(number)
  return String(exact <= MAX_UINT64 ? exact : MAX_UINT64)
}

/** Enumerations are numbers of 32 bits, also those that are not known yet. */
const MAX_ENUM = 2 ** 31 - 1

/**
 * A member of an enumeration, as its number or, as some senders write it, as its name:
 * `SPAN_KIND_SERVER`. `names` are without the prefix, from 0. Anything else is 0.
 */
export function member(value: unknown, prefix: string, names: readonly string[]): number {
  const number = names.findIndex((name) => `${prefix}_${name}` === value)
  return number < 0 ? whole(value, MAX_ENUM) : number
}

/** The value as a double: a number, or a numeric string as protobuf's JSON allows. */
export function double(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  return value === 'Infinity' || value === '-Infinity' || value.trim() !== ''
    ? Number(value)
    : Number.NaN
}

/** A double as JSON has it: NaN and the infinities as their names. */
export function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

/** Nanoseconds since 1970 as a decimal string; a missing value is '0'. */
export function nanos(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '') return '0'
  const isNumber = typeof value === 'number' && Number.isInteger(value) && value >= 0
  if (isNumber || (typeof value === 'string' && /^\d{1,20}$/.test(value))) {
    const nano = BigInt(value)
    if (nano <= MAX_UINT64) return String(nano)
  }
  throw new RejectedRecord(`invalid ${name}`)
}

/** Hexadecimal digits in lower case; '' when missing or all zero. */
export function hexId(value: unknown, bytes: number, name: string): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value !== 'string' || value.length !== 2 * bytes || !/^[0-9a-f]+$/i.test(value)) {
    throw new RejectedRecord(`invalid ${name}`)
  }
  return /[^0]/.test(value) ? value.toLowerCase() : ''
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'a list' : typeof value)
