import type { Attributes } from '@opentelemetry/api'
import type { LogRecord } from '../../logs/record.ts'
import type { MetricData } from '../../metrics/data.ts'
import type { RecordingSpan } from '../../traces/span.ts'

/** What a receiver says of a request that it did not take as a whole: JSON's names, whatever the encoding. */
export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

/**
 * An encoding of OTLP other than JSON, which is built in. `protobuf` of `hono-observability/protobuf` is one;
 * its methods are for this package and may change in any version.
 */
export interface OtlpProtocol {
  /** The media type of its requests and of the answers it reads. */
  readonly contentType: string
  encodeTraces(resource: Attributes, spans: readonly RecordingSpan[]): Uint8Array<ArrayBuffer>
  encodeMetrics(resource: Attributes, metrics: readonly MetricData[]): Uint8Array<ArrayBuffer>
  encodeLogs(resource: Attributes, records: readonly LogRecord[]): Uint8Array<ArrayBuffer>
  /** Undefined when there is none, or nothing that can be read. */
  readPartialSuccess(answer: Uint8Array): PartialSuccess | undefined
}
