import { base64 } from './base64.ts'
import type { Signal } from './model.ts'
import { ProtobufReader } from './protobuf-reader.ts'
import { type Field, type Message, messageOf } from './protobuf-schema.ts'

type Fields = Record<string, unknown>

/** Deeper messages are refused: a value in a value in a value ends a reader's stack. */
const MAX_DEPTH = 100

const LENGTH_DELIMITED = 2

/**
 * Reads a request in protobuf to what `JSON.parse` makes of the same request in OTLP/JSON: ids in
 * hexadecimal, 64-bit integers as strings where a number would not be exact.
 *
 * @throws RangeError for bytes that are no protobuf.
 */
export function readProtobuf(signal: Signal, bytes: Uint8Array): Fields {
  return readMessage(new ProtobufReader(bytes), messageOf(signal), 0)
}

function readMessage(reader: ProtobufReader, message: Message, depth: number): Fields {
  if (depth > MAX_DEPTH) throw new RangeError(`messages are nested deeper than ${MAX_DEPTH}`)
  const fields: Fields = {}
  while (reader.more) {
    const tag = reader.varint()
    const wireType = tag % 8
    const field = message[Math.floor(tag / 8)]
    if (!field || !fits(field, wireType)) {
      reader.skip(wireType)
    } else if (field.repeated) {
      let list = fields[field.name] as unknown[] | undefined
      if (!list) {
        list = []
        fields[field.name] = list
      }
      if (wireType === LENGTH_DELIMITED && isPackable(field)) {
        const end = reader.enter()
        while (reader.more) list.push(readValue(reader, field, depth))
        reader.leave(end)
      } else {
        list.push(readValue(reader, field, depth))
      }
    } else {
      fields[field.name] = readValue(reader, field, depth)
    }
  }
  return fields
}

function readValue(reader: ProtobufReader, { kind, message }: Field, depth: number): unknown {
  if (kind === undefined) {
    const end = reader.enter()
    const value = readMessage(reader, messageOf(message as string), depth + 1)
    reader.leave(end)
    return value
  }
  switch (kind) {
    case 'hex':
      return hex(reader.bytes())
    case 'base64':
      return base64(reader.bytes())
    case 'bool':
      return reader.varint() !== 0
    case 'uint32':
      return reader.varint()
    default:
      return reader[kind]()
  }
}

const WIRE_TYPES: Partial<Record<NonNullable<Field['kind']>, number>> = {
  string: 2,
  hex: 2,
  base64: 2,
  fixed32: 5,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
}

const wireTypeOf = ({ kind }: Field): number =>
  kind === undefined ? LENGTH_DELIMITED : (WIRE_TYPES[kind] ?? 0)

const isPackable = (field: Field): boolean => wireTypeOf(field) !== LENGTH_DELIMITED

const fits = (field: Field, wireType: number): boolean =>
  wireTypeOf(field) === wireType ||
  (field.repeated && wireType === LENGTH_DELIMITED && isPackable(field))

const hex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
