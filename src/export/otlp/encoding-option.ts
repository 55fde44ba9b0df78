import { type Check, either, having, oneOf } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { json } from '../json/json.ts'
import type { OtlpEncoding } from './otlp-encoding.ts'

type JsonName = 'http/json'

/** How export requests are compressed. */
export type Compression = 'gzip' | 'none'

interface EncodingOptions {
  protocol?: OtlpEncoding | JsonName
  compression?: Compression
}

interface Encoding {
  encoding: OtlpEncoding
  compression: Compression
}

const JSON_NAME: JsonName = 'http/json'

const jsonName: Check<JsonName> = /* @__PURE__ */ oneOf(JSON_NAME)

/** A name, or the encoding itself: handed over, so that those who do not use it do not carry it. */
export const protocol: Check<OtlpEncoding | JsonName> = /* @__PURE__ */ either(jsonName, {
  ...having<OtlpEncoding>('encodeTraces', 'encodeMetrics', 'encodeLogs'),
  expected: '`protobuf` from `hono-observability/protobuf`',
})

export const compression: Check<Compression> = /* @__PURE__ */ oneOf('none', 'gzip')

const environmentProtocol: Check<string> = /* @__PURE__ */ oneOf(JSON_NAME, 'http/protobuf')

/** What the environment can name when there is nothing but JSON. */
const onlyJson: Check<string> = {
  ...jsonName,
  expected:
    '`http/json` unless `otlp.protocol` is `protobuf` from `hono-observability/protobuf` (JSON is used)',
}

/** How the requests of one signal, with a prefix such as `TRACES_` in the environment, are encoded and compressed. */
export const resolveEncoding = (
  { read }: Environment,
  prefix: string,
  own: EncodingOptions,
  common: EncodingOptions,
): Encoding => {
  const readEither = <T>(name: string, check: Check<T>): T | undefined =>
    read(`OTEL_EXPORTER_OTLP_${prefix}${name}`, check) ?? read(`OTEL_EXPORTER_OTLP_${name}`, check)
  const given = own.protocol ?? common.protocol
  const named = readEither('PROTOCOL', given ? environmentProtocol : onlyJson)
  return {
    encoding: !given || given === JSON_NAME || named === JSON_NAME ? json : given,
    compression:
      own.compression ?? common.compression ?? readEither('COMPRESSION', compression) ?? 'none',
  }
}
