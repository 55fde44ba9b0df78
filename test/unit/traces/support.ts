import type { SpanLimits, TracesConfig } from '../../../src/traces/options.ts'
import { SpanRecorder } from '../../../src/traces/recorder.ts'
import type { RecordingSpan } from '../../../src/traces/span.ts'
import { SpanTracer } from '../../../src/traces/tracer.ts'

export const LIMITS: SpanLimits = {
  attributeCount: 128,
  attributeValueLength: 16_384,
  eventCount: 128,
  linkCount: 128,
}

/** A tracer whose kept spans land in `kept`. */
export const setUpTracer = (config: Partial<TracesConfig> = {}) => {
  const kept: RecordingSpan[] = []
  const dropped: string[] = []
  const faults: string[] = []
  const recorder = new SpanRecorder(
    {
      enabled: true,
      sampler: 'parentbased_always_on',
      ratio: 1,
      tail: undefined,
      limits: LIMITS,
      processors: [],
      idGenerator: undefined,
      propagator: undefined,
      propagators: ['tracecontext', 'baggage'],
      fetch: false,
      fetchIgnore: undefined,
      middleware: undefined,
      genai: undefined,
      propagateTo: 'all',
      baggageOrigins: [],
      serverTiming: false,
      exceptionEvents: true,
      ...config,
    },
    { attributes: { 'service.name': 'test' } },
    {
      add: (span) => kept.push(span),
      dropped: (reason, count) => dropped.push(`${reason}:${count}`),
    },
    (what, error) => faults.push(`${what}: ${error}`),
    (text) => text.replaceAll('hunter2', '[REDACTED]'),
  )
  return { tracer: new SpanTracer(recorder, { name: 'tests' }), recorder, kept, dropped, faults }
}
