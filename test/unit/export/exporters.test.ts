import type { Attributes } from '@opentelemetry/api'
import { protobuf } from '../../../src/entries/protobuf.ts'
import type { Exporter, Exporters } from '../../../src/export/exporter.ts'
import { json } from '../../../src/export/json/json.ts'
import { createOtlpExporter, type OtlpExporter } from '../../../src/export/otlp/exporter.ts'
import type { OtlpEncoding } from '../../../src/export/otlp/otlp-encoding.ts'
import type { Queue } from '../../../src/export/pipeline/pipeline.ts'
import type { SpillRoute } from '../../../src/export/pipeline/spill.ts'
import { sdkExporters } from '../../../src/export/sdk/exporters.ts'
import { createSpillingExporter } from '../../../src/export/spill/spilling-exporter.ts'
import type { BatchStore } from '../../../src/export/spill/store.ts'
import type { LogRecord } from '../../../src/logs/record.ts'
import type { RecordingSpan } from '../../../src/traces/span.ts'
import { decodeJson, decodeProtobuf } from '../../support/otlp-decoder.ts'
import { setUpTracer } from '../traces/support.ts'
import { type Behaviour, type Contracted, exporterContract } from './exporter-contract.ts'
import { numberQueue } from './pipeline/support.ts'

const TIMEOUT_MS = 50

const spans = (count: number): RecordingSpan[] => {
  const { tracer, kept } = setUpTracer()
  for (let i = 0; i < count; i++) {
    tracer.startSpan(`span ${i}`).end()
  }
  return kept
}

const logRecords = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    timeMs: 1_700_000_000_000 + i,
    severityNumber: 9,
    severityText: 'INFO',
    body: `line ${i}`,
    loggerName: 'test',
    attributes: {},
  })) as unknown as LogRecord[]

const countOf = (signal: 'traces' | 'logs', body: string | Uint8Array, type: string): number =>
  (/protobuf/.test(type)
    ? decodeProtobuf(signal, body as Uint8Array)
    : decodeJson(signal, String(body))
  ).length

/** A receiver of OTLP/HTTP, as the `fetch` that reaches it. */
const otlpReceiver = (signal: 'traces' | 'logs') => {
  let how: Behaviour = 'takes'
  let arrived = 0
  const fetch = async (_url: string, { body, headers, signal: aborted }: RequestInit) => {
    const type = new Headers(headers).get('content-type') ?? ''
    if (how === 'throws') {
      throw new TypeError('away')
    }
    if (how === 'hangs') {
      return new Promise<Response>((_resolve, reject) => {
        aborted?.addEventListener('abort', () => reject(aborted.reason))
      })
    }
    if (how === 'refuses') {
      return new Response(null, { status: 400 })
    }
    arrived += countOf(signal, body as string | Uint8Array, type)
    return new Response('{}', { headers: { 'content-type': 'application/json' } })
  }
  return { fetch, arrived: () => arrived, behave: (next: Behaviour) => (how = next) }
}

const destinationOf = (encoding: OtlpEncoding) => ({
  url: 'http://collector/v1/traces',
  headers: {},
  timeoutMs: TIMEOUT_MS,
  encoding,
  compression: 'none' as const,
})

const otlpSpans = (encoding: OtlpEncoding): Contracted<RecordingSpan> => {
  const { fetch, ...receiver } = otlpReceiver('traces')
  const encode = (to: OtlpEncoding, records: readonly RecordingSpan[], resource: Attributes) =>
    to.encodeTraces(resource, records)
  const exporter = createOtlpExporter<RecordingSpan>(
    { name: 'traces', encode, countOf: () => 1 },
    destinationOf(encoding),
    fetch as never,
  )
  return { exporter, records: spans, ...receiver }
}

const otlpLogs = (encoding: OtlpEncoding): Contracted<LogRecord> => {
  const { fetch, ...receiver } = otlpReceiver('logs')
  const encode = (to: OtlpEncoding, records: readonly LogRecord[], resource: Attributes) =>
    to.encodeLogs(resource, records)
  const exporter = createOtlpExporter<LogRecord>(
    { name: 'logs', encode, countOf: () => 1 },
    destinationOf(encoding),
    fetch as never,
  )
  return { exporter, records: logRecords, ...receiver }
}

/** The exporter of the SDK that is told what to do. */
const sdkSpans = (): Contracted<RecordingSpan> => {
  let how: Behaviour = 'takes'
  let arrived = 0
  const { exporters } = sdkExporters(
    {
      traces: {
        export(items: unknown[], done: (result: { code: number }) => void) {
          if (how === 'throws') {
            throw new Error('broken')
          }
          if (how !== 'hangs') {
            arrived += how === 'takes' ? items.length : 0
            done({ code: how === 'takes' ? 0 : 1 })
          }
        },
      },
    },
    { timeoutMs: TIMEOUT_MS },
  )
  return {
    exporter: (exporters as Exporters<RecordingSpan>).traces as Exporter<RecordingSpan>,
    records: spans,
    arrived: () => arrived,
    behave: (next) => {
      how = next
    },
  }
}

/** A store before the receiver. It holds what was put there, and the receiver is not away for long enough to be asked. */
const spilledSpans = (): Contracted<RecordingSpan> => {
  const inner = otlpSpans(json)
  const store: BatchStore = { put: async () => {} }
  const route: SpillRoute = {
    queue: numberQueue('traces') as unknown as Queue,
    exporter: inner.exporter as unknown as OtlpExporter,
    scope: 'shop/collector/0/traces',
    secrets: ['secret'],
    takesGzip: false,
  }
  return {
    ...inner,
    exporter: createSpillingExporter(
      route,
      store,
      10,
      () => {},
    ) as unknown as Exporter<RecordingSpan>,
  }
}

exporterContract('OTLP as JSON, spans', () => otlpSpans(json))
exporterContract('OTLP as protobuf, spans', () => otlpSpans(protobuf))
exporterContract('OTLP as JSON, log records', () => otlpLogs(json))
exporterContract('OTLP as protobuf, log records', () => otlpLogs(protobuf))
exporterContract("the SDK's", sdkSpans)
exporterContract('a store before the receiver', spilledSpans)
