import { createRequire } from 'node:module'

/** The three signals OTLP carries. */
export type Signal = 'traces' | 'metrics' | 'logs'

interface Writer {
  uint32(value: number): Writer
  fork(): Writer
  ldelim(): Writer
  fixed32(value: number): Writer
  string(value: string): Writer
  finish(): Uint8Array
}

interface Reader {
  pos: number
  uint32(): number
  fixed32(): number
  string(): string
  skipType(wireType: number): Reader
}

type Fields = Record<string, unknown>

/** What the generated code offers for every message. */
interface MessageType {
  fromObject(object: Fields): Fields
  toObject(message: Fields, options: Fields): Fields
  encode(message: Fields, writer?: Writer): Writer
  decode(reader: Uint8Array | Reader, length?: number): Fields
}

/** A field that the schema gained after the generated code was made. */
interface AddedField {
  name: string
  id: number
  type: 'fixed32' | 'string'
}

interface Package<Name extends string> {
  v1: Record<Name, MessageType>
}

interface GeneratedRoot {
  opentelemetry: {
    proto: {
      collector: {
        trace: Package<'ExportTraceServiceRequest'>
        metrics: Package<'ExportMetricsServiceRequest'>
        logs: Package<'ExportLogsServiceRequest'>
      }
      trace: { v1: { Span: MessageType & { Link: MessageType } } }
      logs: Package<'LogRecord'>
      metrics: Package<'Metric'>
      common: Package<'KeyValue'>
    }
  }
}

const WIRE_TYPE = { fixed32: 5, string: 2 } as const

/**
 * Teaches a generated message one more field. The parents of a message call it by its
 * property, so replacing the four functions is enough for nested messages too.
 */
function addField(type: MessageType, { name, id, type: kind }: AddedField): void {
  const { fromObject, toObject, encode, decode } = type
  const tag = (id << 3) | WIRE_TYPE[kind]
  const empty = kind === 'string' ? '' : 0
  type.fromObject = (object) => {
    const message = fromObject(object)
    const value = object[name]
    if (value != null) message[name] = kind === 'string' ? String(value) : Number(value) >>> 0
    return message
  }
  type.toObject = (message, options) => {
    const object = toObject(message, options)
    const value = message[name] ?? (options.defaults ? empty : undefined)
    if (value !== undefined) object[name] = value
    return object
  }
  type.encode = (message, writer) => {
    const written = encode(message, writer)
    const value = message[name]
    if (value === undefined) return written
    const tagged = written.uint32(tag)
    return kind === 'string' ? tagged.string(value as string) : tagged.fixed32(value as number)
  }
  type.decode = (reader, length) => {
    if (reader instanceof Uint8Array || length === undefined) return decode(reader, length)
    const start = reader.pos
    const message = decode(reader, length)
    const end = reader.pos
    for (reader.pos = start; reader.pos < end; ) {
      const found = reader.uint32()
      if (found === tag) message[name] = reader[kind]()
      else reader.skipType(found & 7)
    }
    return message
  }
}

/** The same for a list of attributes. */
function addAttributes(
  type: MessageType,
  item: MessageType,
  { name, id }: { name: string; id: number },
): void {
  const { fromObject, toObject, encode, decode } = type
  const tag = (id << 3) | 2
  type.fromObject = (object) => {
    const message = fromObject(object)
    const items = object[name] as Fields[] | undefined
    if (items) message[name] = items.map((each) => item.fromObject(each))
    return message
  }
  type.toObject = (message, options) => {
    const object = toObject(message, options)
    const items = message[name] as Fields[] | undefined
    if (items?.length || options.arrays) {
      object[name] = (items ?? []).map((each) => item.toObject(each, options))
    }
    return object
  }
  type.encode = (message, writer) => {
    const written = encode(message, writer)
    for (const each of (message[name] ?? []) as Fields[]) {
      item.encode(each, written.uint32(tag).fork()).ldelim()
    }
    return written
  }
  type.decode = (reader, length) => {
    if (reader instanceof Uint8Array || length === undefined) return decode(reader, length)
    const start = reader.pos
    const message = decode(reader, length)
    const end = reader.pos
    const items: Fields[] = []
    for (reader.pos = start; reader.pos < end; ) {
      const found = reader.uint32()
      if (found === tag) items.push(item.decode(reader, reader.uint32()))
      else reader.skipType(found & 7)
    }
    message[name] = items
    return message
  }
}

const require = createRequire(import.meta.url)
const generated: GeneratedRoot = require('@opentelemetry/otlp-transformer/build/src/generated/root.js')
const { proto } = generated.opentelemetry

addField(proto.trace.v1.Span, { name: 'flags', id: 16, type: 'fixed32' })
addField(proto.trace.v1.Span.Link, { name: 'flags', id: 6, type: 'fixed32' })
addAttributes(proto.metrics.v1.Metric, proto.common.v1.KeyValue, { name: 'metadata', id: 12 })
addField(proto.logs.v1.LogRecord, { name: 'eventName', id: 12, type: 'string' })

const requestType: Record<Signal, MessageType> = {
  traces: proto.collector.trace.v1.ExportTraceServiceRequest,
  metrics: proto.collector.metrics.v1.ExportMetricsServiceRequest,
  logs: proto.collector.logs.v1.ExportLogsServiceRequest,
}

const asJson = { longs: String, bytes: String, json: true }

/** Encodes a request given as the generated code's plain object (ids as base64). */
export function encodeRequest(signal: Signal, request: Fields): Uint8Array {
  const type = requestType[signal]
  return type.encode(type.fromObject(request)).finish()
}

/**
 * Decodes protobuf bytes to the protobuf JSON mapping (ids as base64). `complete` fills in what
 * the bytes leave out: default values, and empty arrays for repeated fields.
 */
export function decodeRequest(signal: Signal, bytes: Uint8Array, complete: boolean): Fields {
  const type = requestType[signal]
  return type.toObject(
    type.decode(bytes),
    complete ? { ...asJson, defaults: true, arrays: true } : asJson,
  )
}
