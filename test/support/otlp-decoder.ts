import { OtlpError } from './otlp-error.ts'
import { flattenLogRecords, flattenMetrics, flattenSpans } from './otlp-flatten.ts'
import { decodeRequest, encodeRequest, type Signal } from './otlp-messages.ts'
import type { DecodedLogRecord, DecodedMetric, DecodedSpan } from './otlp-records.ts'
import { checkRules } from './otlp-rules.ts'
import { parseStrictJson } from './strict-json.ts'

export { OtlpError } from './otlp-error.ts'
export type { Signal } from './otlp-messages.ts'
export type * from './otlp-records.ts'
export { checkSpan, checkSpans } from './span-checks.ts'

type Fields = Record<string, unknown>

/** What one request of a signal decodes to. */
export interface DecodedSignal {
  traces: DecodedSpan[]
  metrics: DecodedMetric[]
  logs: DecodedLogRecord[]
}

export interface DecodeOptions {
  /**
   * Accept 64-bit integers written as JSON numbers, which the mapping allows a reader to accept but
   * no writer to produce. For bodies of other implementations. Default false.
   */
  integerNumbers?: boolean
}

const ENVELOPE: Record<Signal, string> = {
  traces: 'resourceSpans',
  metrics: 'resourceMetrics',
  logs: 'resourceLogs',
}

const flatten: { [S in Signal]: (request: Fields) => DecodedSignal[S] } = {
  traces: flattenSpans,
  metrics: flattenMetrics,
  logs: flattenLogRecords,
}

/**
 * Decodes one OTLP/JSON request body and refuses everything that is not exactly what the OTLP 1.x
 * JSON encoding prescribes for a writer. Throws {@link OtlpError}.
 *
 * The schema is not restated here: the body goes through protobuf bytes and back by the generated
 * code of an independent package, and whatever that dropped or changed is an error.
 */
export function decodeJson<S extends Signal>(
  signal: S,
  body: Uint8Array | string,
  options: DecodeOptions = {},
): DecodedSignal[S] {
  const request = parseStrictJson(body)
  checkRules(request, ENVELOPE[signal])
  const written = withBinaryIds(request) as Fields
  const bytes = encoded(signal, written)
  refuseDifference(written, decodeRequest(signal, bytes, false), '', options)
  return flatten[signal](decodeRequest(signal, bytes, true))
}

/**
 * Decodes one OTLP protobuf request body. Refuses truncated bytes, unknown fields and what
 * {@link decodeJson} refuses for both encodings. Throws {@link OtlpError}.
 */
export function decodeProtobuf<S extends Signal>(signal: S, body: Uint8Array): DecodedSignal[S] {
  const sparse = decoded(signal, body)
  if (encodeRequest(signal, sparse).byteLength !== body.byteLength) {
    throw new OtlpError('', 'free of unknown fields', `${body.byteLength} bytes`)
  }
  checkRules(withHexIds(sparse) as Fields, ENVELOPE[signal])
  return flatten[signal](decodeRequest(signal, body, true))
}

function encoded(signal: Signal, request: Fields): Uint8Array {
  try {
    return encodeRequest(signal, request)
  } catch (cause) {
    throw new OtlpError('', `an OTLP request (${cause})`, request)
  }
}

function decoded(signal: Signal, body: Uint8Array): Fields {
  try {
    return decodeRequest(signal, body, false)
  } catch (cause) {
    throw new OtlpError('', `protobuf (${cause})`, `${body.byteLength} bytes`)
  }
}

const ID_NAMES = new Set(['traceId', 'spanId', 'parentSpanId'])

function withIds(value: unknown, convert: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, convert))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      ID_NAMES.has(name) ? convert(child as string) : withIds(child, convert),
    ]),
  )
}

// OTLP/JSON departs from the protobuf mapping here: ids are hexadecimal, not base64.
function withBinaryIds(value: unknown): unknown {
  return withIds(value, (id) => Buffer.from(id, 'hex').toString('base64'))
}

function withHexIds(value: unknown): unknown {
  return withIds(value, (id) => Buffer.from(id, 'base64').toString('hex'))
}

function refuseDifference(
  written: unknown,
  read: unknown,
  path: string,
  options: DecodeOptions,
): void {
  if (Array.isArray(written) && (Array.isArray(read) || (read === undefined && !written.length))) {
    for (const [index, item] of written.entries()) {
      refuseDifference(item, read?.[index], `${path}[${index}]`, options)
    }
  } else if (isObject(written) && isObject(read)) {
    for (const [name, value] of Object.entries(written)) {
      const kept = Object.hasOwn(read, name) ? read[name] : undefined
      refuseDifference(value, kept, path ? `${path}.${name}` : name, options)
    }
  } else if (read === undefined) {
    throw new OtlpError(path, 'a field of the schema, with a value of its type', written)
  } else if (written !== read && !(options.integerNumbers && isSameInteger(written, read))) {
    throw new OtlpError(path, JSON.stringify(read), written)
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSameInteger(written: unknown, read: unknown): boolean {
  return Number.isSafeInteger(written) && String(written) === read
}
