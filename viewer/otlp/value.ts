/**
 * An OTLP value as it is stored: JSON, smaller than OTLP's own, from which that can be made again.
 * Strings, booleans and arrays stand for themselves, as do whole numbers for integers and others
 * for doubles. The rest says what it is: `i` an integer beyond 2^53, `d` a double that JSON would
 * confuse with an integer or lacks, `b` bytes in base64, `m` a map; null has no value.
 */
export type Packed =
  | string
  | boolean
  | number
  | null
  | { i: string }
  | { d: number | string }
  | { b: string }
  | { m: PackedAttributes }
  | Packed[]

/** Keys and values in turns. Keeps the order, and keys that come twice. */
export type PackedAttributes = Packed[]

/** A value as the API shows it. */
export type Plain = string | boolean | number | null | Plain[] | { [key: string]: Plain }

/** What the API shows: an integer beyond 2^53 is a decimal string, bytes are base64, NaN is 'NaN'. */
export function toPlain(value: Packed): Plain {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toPlain)
  if ('m' in value) return toPlainObject(value.m)
  return 'i' in value ? value.i : 'd' in value ? value.d : value.b
}

/** Attributes as the API shows them; of a key that comes twice, the last. */
export function toPlainObject(attributes: PackedAttributes): Record<string, Plain> {
  return Object.fromEntries(entriesOf(attributes).map(([key, value]) => [key, toPlain(value)]))
}

/** The pairs. */
export function entriesOf(attributes: PackedAttributes): [key: string, value: Packed][] {
  const entries: [string, Packed][] = []
  for (let i = 0; i < attributes.length; i += 2) {
    entries.push([attributes[i] as string, attributes[i + 1] as Packed])
  }
  return entries
}

/** The value of a key, or undefined. */
export function attributeOf(attributes: PackedAttributes, key: string): Packed | undefined {
  for (let i = 0; i < attributes.length; i += 2) {
    if (attributes[i] === key) return attributes[i + 1]
  }
  return undefined
}

/** A value as text, the same for equal values: what filters compare. */
export function textOf(value: Packed | undefined): string {
  if (value === undefined || value === null) return ''
  const plain = toPlain(value)
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain)
}

/** The value as OTLP/JSON writes it. */
export function toAnyValue(value: Packed): Record<string, unknown> {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } }
  if ('m' in value) return { kvlistValue: { values: toKeyValues(value.m) } }
  if ('i' in value) return { intValue: value.i }
  return 'd' in value ? { doubleValue: value.d } : { bytesValue: value.b }
}

/** Attributes as OTLP/JSON writes them. */
export function toKeyValues(
  attributes: PackedAttributes,
): { key: string; value: Record<string, unknown> }[] {
  return entriesOf(attributes).map(([key, value]) => ({ key, value: toAnyValue(value) }))
}
