import { ROOT } from '../../context/context.ts'
import type { OtlpOptions } from '../otlp/options.ts'
import type { OtlpProtocol } from '../otlp/protocol.ts'
import { toSdkLogRecords } from './log-record.ts'
import { toResourceMetrics } from './metrics.ts'

interface ExportResult {
  /** 0 is success. */
  code: number
  error?: Error
}

type Done = (result: ExportResult) => void

/** The SDK's `SpanExporter`. */
export interface SpanExporterLike {
  export(spans: never[], resultCallback: Done): void
}

/** The SDK's `PushMetricExporter`. */
export interface MetricExporterLike {
  export(metrics: never, resultCallback: Done): void
}

/** The SDK's `LogRecordExporter`, or a `LogRecordProcessor` such as `BatchLogRecordProcessor`. */
export type LogRecordSink =
  | { export(records: never[], resultCallback: Done): void }
  | { onEmit(record: never, context?: never): void; forceFlush(): Promise<void> }

/** One for each signal that is to go there. */
export interface SdkExporters {
  traces?: SpanExporterLike
  metrics?: MetricExporterLike
  logs?: LogRecordSink
}

/** Not a retryable status: by the specification, retries are the exporter's own business. */
const FAILED = 424

/**
 * A destination that hands its batches to exporters of the OpenTelemetry SDK (1.x, 2.x, 3.x) instead of sending them:
 * our queue, caps and keep-alive before theirs. What an exporter says it failed to export is counted as dropped; one
 * that does not answer within `timeoutMs` (10 s) is tried again.
 *
 * Metrics come in the temporality of `metrics.temporality`, whatever the exporter would choose.
 *
 * @returns What `otlp` takes, alone or in an array beside other destinations.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { sdkExporters } from 'hono-observability/sdk'
 *
 * const exported: string[] = []
 * const traces = {
 *   export(spans: { name: string }[], done: (result: { code: number }) => void) {
 *     exported.push(...spans.map(({ name }) => name))
 *     done({ code: 0 })
 *   },
 * }
 * const app = new Hono().use(observability({ otlp: sdkExporters({ traces }) }))
 * ```
 */
export const sdkExporters = ({ traces, metrics, logs }: SdkExporters): OtlpOptions => {
  const held = new WeakMap<object, () => Promise<void>>()
  // What a queue holds, and hands to `fetch`, is a body: this one stands for the records.
  const hold = (send: () => Promise<void>): Uint8Array<ArrayBuffer> => {
    const body = new Uint8Array(1)
    held.set(body, send)
    return body
  }
  const protocol: OtlpProtocol = {
    contentType: 'application/json',
    encodeTraces: (_resource, spans) => hold(() => exported(traces, [...spans])),
    encodeMetrics: (resource, data) =>
      hold(() => exported(metrics, toResourceMetrics(resource, data))),
    encodeLogs: (resource, records) =>
      hold(() => {
        const list = toSdkLogRecords(resource, records)
        return logs && 'onEmit' in logs ? emitted(logs, list) : exported(logs, list)
      }),
    readPartialSuccess: () => undefined,
  }
  const signal = (name: string, exporter: unknown): { url: string } | false =>
    exporter ? { url: `http://sdk-exporter.invalid/v1/${name}` } : false
  return {
    protocol,
    compression: 'none',
    traces: signal('traces', traces),
    metrics: signal('metrics', metrics),
    logs: signal('logs', logs),
    async fetch(_url, { body, signal: aborted }) {
      try {
        await Promise.race([held.get(body as object)?.(), whenAborted(aborted)])
        return new Response('{}')
      } catch (error) {
        if (aborted?.aborted) {
          throw error
        }
        return new Response(null, { status: FAILED })
      }
    },
  }
}

const exported = (
  exporter: { export(items: never, done: Done): void } | undefined,
  items: unknown,
): Promise<void> =>
  new Promise((resolve, reject) => {
    exporter?.export(items as never, ({ code, error }) => (code ? reject(error) : resolve()))
  })

const emitted = (
  processor: { onEmit(record: never, context?: never): void; forceFlush(): Promise<void> },
  records: readonly unknown[],
): Promise<void> => {
  for (const record of records) {
    processor.onEmit(record as never, ROOT as never)
  }
  return processor.forceFlush()
}

const whenAborted = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
