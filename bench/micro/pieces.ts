import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { registerContextManager } from '../../src/context/async-context.ts'
import { extractHeaders, injectHeaders } from '../../src/context/headers.ts'
import { W3CPropagator } from '../../src/context/propagator.ts'
import { encodeTraces } from '../../src/export/json/traces.ts'
import { createLineFormat } from '../../src/logs/json-line.ts'
import { createLogger } from '../../src/logs/logger.ts'
import { createRedactor } from '../../src/logs/redact.ts'
import { createLogSink } from '../../src/logs/sink.ts'
import { createMeterProvider } from '../../src/metrics/provider.ts'
import type { RecordingSpan } from '../../src/traces/span.ts'
import { createTestCore } from '../../test/unit/logs/test-core.ts'
import { setUpTracer } from '../../test/unit/traces/support.ts'

/** One thing that telemetry does, many times over. */
export interface Piece {
  title: string
  /** Called once, before the runs. */
  prepare(): (times: number) => void
}

const ATTRIBUTES = {
  'http.request.method': 'GET',
  'url.scheme': 'https',
  'url.path': '/orders/7',
  'server.address': 'shop.example.com',
  'http.route': '/orders/:id',
  'http.response.status_code': 200,
}

const ENCODED_AT_ONCE = 512

/** What came out last, so that no engine may leave the work undone. */
export let lastResult: unknown

export const PIECES: readonly Piece[] = [
  {
    title: 'start and end a span, 6 attributes',
    prepare() {
      const { tracer, kept } = setUpTracer()
      return (times) => {
        for (let i = 0; i < times; i++) {
          kept.length = 0
          const options = { kind: SpanKind.SERVER, attributes: ATTRIBUTES }
          tracer.startSpan('GET /orders/:id', options, ROOT_CONTEXT).end()
        }
      }
    },
  },
  {
    title: 'encode a span as JSON',
    prepare() {
      const { tracer, kept } = setUpTracer()
      for (let i = 0; i < ENCODED_AT_ONCE; i++) {
        const attributes = { ...ATTRIBUTES, 'url.path': `/orders/${i}` }
        tracer.startSpan('GET /orders/:id', { kind: SpanKind.SERVER, attributes }).end()
      }
      const spans: RecordingSpan[] = [...kept]
      return (times) => {
        for (let i = 0; i < times; i += ENCODED_AT_ONCE) {
          lastResult = encodeTraces('{}', spans).length
        }
      }
    },
  },
  {
    title: 'record a histogram, 3 attributes',
    prepare() {
      const provider = createMeterProvider()
      // Without a reader, nothing is recorded.
      provider.addReader('delta')
      const histogram = provider.getMeter('bench').createHistogram('duration', { unit: 's' })
      return (times) => {
        for (let i = 0; i < times; i++) {
          histogram.record(i % 10, {
            'http.request.method': 'GET',
            'http.route': '/orders/:id',
            'http.response.status_code': 200,
          })
        }
      }
    },
  },
  {
    title: 'write a log line, 3 fields',
    prepare() {
      const redactor = createRedactor({})
      const core = createTestCore()
      const write = createLogSink({
        format: createLineFormat({ serviceName: 'shop', redactor }),
        redactor,
        writeLine(_severity, line) {
          // Reading a character makes the engine join what was concatenated.
          lastResult = line.charCodeAt(line.length - 1)
        },
        writeRecord: undefined,
      })
      const log = createLogger({ ...core, write }, 'bench')
      return (times) => {
        for (let i = 0; i < times; i++) {
          log.info('order read', { 'order.id': `A-${i}`, items: 3, paid: true })
        }
      }
    },
  },
  {
    title: 'read and write trace headers',
    prepare() {
      registerContextManager()
      const propagator = new W3CPropagator(['tracecontext', 'baggage'])
      const incoming = new Headers({
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
      })
      const outgoing = new Headers()
      return (times) => {
        for (let i = 0; i < times; i++) {
          const context = extractHeaders(propagator, incoming, ROOT_CONTEXT)
          injectHeaders(propagator, context, outgoing, false)
          lastResult = trace.getSpanContext(context)
        }
      }
    },
  },
]
