import {
  baggageEntryMetadataFromString,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api'
import {
  collectMetrics,
  counter,
  exporterState,
  forceFlush,
  gauge,
  histogram,
  upDownCounter,
  withSpan,
} from 'hono-observability'
import { createTraceState } from '../../../src/context/tracestate.ts'

// biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
type Any = any

/** Makes one hostile value, a new one at each call. */
type Give = () => Any

const span = (): Span => trace.getTracer('calls').startSpan('calls')

const definition = { unit: '{thing}', description: 'Things.' }
const things = counter('hostile.things', definition)
const level = upDownCounter('hostile.level', definition)
const degree = gauge('hostile.degree', definition)
const sizes = histogram('hostile.size', { unit: 's', description: 'Sizes.' })

const IDS = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
}

/** Every call of the API that takes something; each is made with something hostile in one place, and in all. */
export const CALLS: Readonly<Record<string, (give: Give) => unknown>> = {
  setAttribute: (give) => span().setAttribute(give(), give()).setAttribute('a', give()).end(),
  setAttributes: (give) =>
    span().setAttributes(give()).setAttributes({ a: give(), b: 'kept' }).end(),
  addEvent: (give) =>
    span().addEvent(give(), give(), give()).addEvent('e', give()).addEvent('e', {}, give()).end(),
  addLink: (give) =>
    span()
      .addLink(give())
      .addLink({ context: give() })
      .addLink({ context: { ...IDS, traceId: give() } })
      .addLink({ context: { ...IDS, traceFlags: give(), isRemote: give() } })
      .addLink({ context: { ...IDS, traceState: give() } })
      .addLink({ context: IDS, attributes: give() })
      .addLinks(give())
      .addLinks([give()])
      .end(),
  setStatus: (give) =>
    span()
      .setStatus(give())
      .setStatus({ code: give() })
      .setStatus({ code: 2, message: give() })
      .end(),
  updateName: (give) => span().updateName(give()).end(),
  recordException: (give) => {
    const one = span()
    one.recordException(give())
    one.recordException(give(), give())
    one.end()
  },
  end: (give) => span().end(give()),
  'after the end': (give) => {
    const one = span()
    one.end()
    one.setAttribute(give(), give()).addEvent(give(), give()).addLink(give()).setStatus(give())
    one.updateName(give()).setAttributes(give()).addLinks(give()).end(give())
  },
  startSpan: (give) => {
    const tracer = trace.getTracer('calls')
    tracer.startSpan(give(), give(), give()).end()
    tracer.startSpan('calls', give()).end()
    tracer.startSpan('calls', {}, give()).end()
    tracer
      .startSpan('calls', { kind: give(), attributes: give(), links: give(), startTime: give() })
      .end()
    tracer.startSpan('calls', { root: give(), links: [give()] }).end()
  },
  'startSpan below a hostile parent': (give) => {
    const tracer = trace.getTracer('calls')
    for (const parent of [
      give(),
      { spanContext: give },
      { spanContext: () => ({ ...IDS, traceState: give() }) },
    ]) {
      tracer.startSpan('calls', {}, trace.setSpan(ROOT_CONTEXT, parent)).end()
      context.with(trace.setSpan(ROOT_CONTEXT, parent), () => withSpan('calls', () => {}))
    }
  },
  startActiveSpan: (give) => {
    const tracer = trace.getTracer('calls') as Any
    tracer.startActiveSpan(give(), give(), give(), (one: Span) => one.end())
    tracer.startActiveSpan('calls', give(), (one: Span) => one.end())
    tracer.startActiveSpan('calls')
  },
  getTracer: (give) => {
    trace.getTracerProvider().getTracer(give(), give(), give()).startSpan('calls').end()
    trace
      .getTracerProvider()
      .getTracer('calls', '1', { schemaUrl: give() })
      .startSpan('calls')
      .end()
  },
  withSpan: (give) => {
    withSpan(give(), () => {}, give())
    withSpan('calls', () => give(), { attributes: give() })
  },
  'counter.add': (give) => {
    ;(things as Any).add(give(), give())
    ;(things as Any).add(1, give())
    ;(things as Any).add(1, { a: give(), b: 'kept' })
    ;(level as Any).add(give(), give())
  },
  'record of gauges and histograms': (give) => {
    ;(degree as Any).record(give(), give())
    ;(degree as Any).record(1, { a: give() })
    ;(sizes as Any).record(give(), give())
    ;(sizes as Any).record(1, { a: give() })
    ;(sizes as Any).time(() => give(), give())
  },
  'instruments of a meter': (give) => {
    metrics.getMeter(give(), give(), give()).createCounter('hostile.other')
    const meter = metrics.getMeter('calls')
    meter.createCounter(give(), give()).add(give(), give(), give())
    meter.createCounter('hostile.counter').add(1, { a: give() }, give())
    meter.createUpDownCounter('hostile.up', give()).add(1)
    meter.createGauge('hostile.gauge', { unit: give(), description: give() }).record(1)
    meter
      .createHistogram('hostile.histogram', {
        advice: { explicitBucketBoundaries: give() },
        valueType: give(),
      })
      .record(1)
    meter.createHistogram('hostile.advice', { advice: give() }).record(1, give())
  },
  'observable instruments': async (give) => {
    const meter = metrics.getMeter('calls')
    const observable = meter.createObservableGauge('hostile.observable', give())
    observable.addCallback(give())
    observable.removeCallback(give())
    const report = (result: Any): void => {
      result.observe(give(), give())
      result.observe(1, { a: give() })
    }
    observable.addCallback(report)
    meter.addBatchObservableCallback(give(), give())
    meter.addBatchObservableCallback(give(), [give()])
    meter.removeBatchObservableCallback(give(), give())
    await collectMetrics(give())
    observable.removeCallback(report)
  },
  'context.with and bind': (give) => {
    context.with(give(), () => withSpan('calls', () => context.active().getValue(give())))
    context.bind(give(), () => withSpan('calls', () => {}))()
    context.bind(context.active(), give())
  },
  propagation: (give) => {
    propagation.inject(give(), give(), { set: give() })
    propagation.inject(context.active(), give())
    propagation.extract(give(), give(), { get: give(), keys: give() })
    propagation.extract(context.active(), give())
    propagation.extract(context.active(), {
      traceparent: give(),
      tracestate: give(),
      baggage: give(),
    })
    const set = propagation.setBaggage(context.active(), give())
    propagation.inject(set, {})
    const one = propagation.createBaggage({ key: { value: give(), metadata: give() } })
    propagation.inject(propagation.setBaggage(context.active(), one), {})
    baggageEntryMetadataFromString('a=b')
  },
  tracestate: (give) => {
    const state = createTraceState(give())
    state.get(give())
    state.set(give(), give()).unset(give()).set('a', give()).serialize()
  },
  'flush and state': async (give) => {
    exporterState(give())
    await forceFlush(give())
    await forceFlush({ timeoutMs: give() })
  },
}
