import type { Attributes } from '@opentelemetry/api'
import { ROOT } from '../../context/context.ts'
import type { LogRecord } from '../../logs/record.ts'
import type { MetricData } from '../../metrics/data.ts'
import type { RecordingSpan } from '../../traces/span.ts'
import type { Exporter, Exporters, Sealed } from '../exporter.ts'
import type { OtlpOptions } from '../otlp/options.ts'
import type { Outcome } from '../outcome.ts'
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

/** The specification's limit for one export. */
const TIMEOUT_MS = 10_000

/** Settings of {@link sdkExporters}. */
export interface SdkExportersOptions {
  /** How long an exporter may take for one batch, in milliseconds. Default 10000. */
  timeoutMs?: number
}

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
export const sdkExporters = (
  { traces, metrics, logs }: SdkExporters,
  { timeoutMs = TIMEOUT_MS }: SdkExportersOptions = {},
): OtlpOptions => ({
  exporters: {
    ...(traces && {
      traces: sdkExporter<RecordingSpan>('span', timeoutMs, (spans) => exported(traces, spans)),
    }),
    ...(metrics && {
      metrics: sdkExporter<readonly MetricData[]>('metric', timeoutMs, (collections, resource) =>
        exported(metrics, toResourceMetrics(resource, collections.flat())),
      ),
    }),
    ...(logs && {
      logs: sdkExporter<LogRecord>('log', timeoutMs, (records, resource) => {
        const list = toSdkLogRecords(resource, records)
        return 'onEmit' in logs ? emitted(logs, list) : exported(logs, list)
      }),
    }),
  } as Exporters,
})

interface Held<T> extends Sealed {
  readonly records: readonly T[]
  readonly resource: Attributes
}

const sdkExporter = <T>(
  noun: string,
  timeoutMs: number,
  send: (records: readonly T[], resource: Attributes) => Promise<void>,
): Exporter<T, Held<T>> => ({
  receiver: 'sdk',
  attributes: { 'otel.component.type': `sdk_${noun}_exporter` },
  timeoutMs,
  // The queue counts the records themselves.
  seal: (records, resource) => ({ records, resource, bytes: 0 }),
  async export({ records, resource }) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, { kind: 'retry', reason: 'timeout', ambiguous: true })
    })
    // Retries are the exporter's own business, by the specification: what failed has failed.
    const sent = (async (): Promise<Outcome> => {
      try {
        await send(records, resource)
        return { kind: 'accepted', rejected: 0 }
      } catch {
        return { kind: 'refused', reason: 'exporter' }
      }
    })()
    try {
      return await Promise.race([sent, late])
    } finally {
      clearTimeout(timer)
    }
  },
})

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
