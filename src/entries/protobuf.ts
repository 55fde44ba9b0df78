import type { OtlpEncoding } from '../export/otlp/otlp-encoding.ts'
import { encodeLogs } from '../export/protobuf/logs.ts'
import { encodeMetrics } from '../export/protobuf/metrics.ts'
import { readPartialSuccess } from '../export/protobuf/partial-success.ts'
import { encodeTraces } from '../export/protobuf/traces.ts'

export type { OtlpEncoding, PartialSuccess } from '../export/otlp/otlp-encoding.ts'

/**
 * OTLP/HTTP with binary protobuf (`http/protobuf`), for receivers that do not take JSON and for bodies a third
 * smaller. OTLP 1.x, opentelemetry-proto 1.11.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { protobuf } from 'hono-observability/protobuf'
 *
 * const app = new Hono()
 * app.use(observability({ otlp: { protocol: protobuf } }))
 * ```
 */
export const protobuf: OtlpEncoding<Uint8Array<ArrayBuffer>> = {
  name: 'http/protobuf',
  contentType: 'application/x-protobuf',
  encodeTraces,
  encodeMetrics,
  encodeLogs,
  readPartialSuccess,
}
