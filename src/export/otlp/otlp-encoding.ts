import type { Attributes } from '@opentelemetry/api'
import type { LogRecord } from '../../logs/record.ts'
import type { MetricData } from '../../metrics/data.ts'
import type { RecordingSpan } from '../../traces/span.ts'

/** Of one request. */
export type Body = string | Uint8Array<ArrayBuffer>

/** What a receiver says of a request that it did not take as a whole: JSON's names, whatever the encoding. */
export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

/**
 * An encoding of OTLP: JSON, which is built in, or `protobuf` of `hono-observability/protobuf`. Its methods are for this
 * package and may change in any version.
 */
export interface OtlpEncoding<B extends Body = Body> {
  /** As `OTEL_EXPORTER_OTLP_PROTOCOL` has it. */
  readonly name: 'http/json' | 'http/protobuf'
  /** The media type of its requests and of the answers it reads. */
  readonly contentType: string
  encodeTraces(resource: Attributes, spans: readonly RecordingSpan[]): B
  encodeMetrics(resource: Attributes, metrics: readonly MetricData[]): B
  encodeLogs(resource: Attributes, records: readonly LogRecord[]): B
  /** Undefined when there is none, or nothing that can be read. */
  readPartialSuccess(answer: Uint8Array): PartialSuccess | undefined
}
