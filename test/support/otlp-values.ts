type Fields = Record<string, unknown>

/** An attribute value as a plain value. An integer beyond 2^53 is a bigint; an empty value is null. */
export type AttributeValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | null
  | AttributeValue[]
  | { [key: string]: AttributeValue }

export type Attributes = Record<string, AttributeValue>

/** Turns a list of keys and values into one plain object. */
export function attributes(list: unknown): Attributes {
  const pairs = (list ?? []) as { key: string; value?: unknown }[]
  return Object.fromEntries(pairs.map((pair) => [pair.key, value(pair.value)]))
}

/** Turns an OTLP `AnyValue`, in the protobuf JSON mapping, into a plain value. */
export function value(any: unknown): AttributeValue {
  const entry = Object.entries((any ?? {}) as Fields)[0]
  if (entry === undefined) return null
  const [kind, held] = entry
  switch (kind) {
    case 'intValue':
      return integer(String(held))
    case 'doubleValue':
      return Number(held)
    case 'bytesValue':
      return new Uint8Array(Buffer.from(String(held), 'base64'))
    case 'arrayValue':
      return ((held as Fields).values as unknown[]).map(value)
    case 'kvlistValue':
      return attributes((held as Fields).values)
    default:
      return held as string | boolean
  }
}

function integer(decimal: string): number | bigint {
  const number = Number(decimal)
  return Number.isSafeInteger(number) ? number : BigInt(decimal)
}
