import type { DecodedSpan } from './otlp-records.ts'

const ZEROS = /^0*$/
const FLAGS_MASK = 0x3ff
const PARENT_IS_REMOTE = 0x300

const checks: [problem: string, holds: (span: DecodedSpan) => boolean][] = [
  ['its trace id is zero', (span) => !ZEROS.test(span.traceId)],
  ['its span id is zero', (span) => !ZEROS.test(span.spanId)],
  ['its parent id is zero', (span) => span.parentSpanId === '' || !ZEROS.test(span.parentSpanId)],
  ['it is its own parent', (span) => span.parentSpanId !== span.spanId],
  ['it has no name', (span) => span.name !== ''],
  ['its kind is unset', (span) => span.kind !== 0],
  ['it has no start time', (span) => span.startTimeUnixNano > 0n],
  ['it ends before it starts', (span) => span.endTimeUnixNano >= span.startTimeUnixNano],
  ['it has flags beyond bits 0 to 9', (span) => (span.flags & ~FLAGS_MASK) === 0],
  ['it has a message without an error', ({ status }) => status.code === 2 || status.message === ''],
  ['an event has no name', (span) => span.events.every((event) => event.name !== '')],
  [
    'a link has a zero id',
    (span) =>
      span.links.every(({ traceId, spanId }) => !ZEROS.test(traceId) && !ZEROS.test(spanId)),
  ],
]

/**
 * Lists what is wrong with a span beyond its encoding; an empty list means that it is valid. With
 * `spanIds`, the ids of all exported spans, its parent must be among them, unless the span is a root
 * or its flags say that the parent is remote. (Unique attribute keys are the decoder's to check.)
 */
export function checkSpan(span: DecodedSpan, spanIds?: ReadonlySet<string>): string[] {
  const problems = checks.filter(([, holds]) => !holds(span)).map(([problem]) => problem)
  if (spanIds && span.parentSpanId && !spanIds.has(span.parentSpanId) && !hasRemoteParent(span)) {
    problems.push('its parent is missing')
  }
  return problems.map((problem) => `span "${span.name}" ${span.spanId}: ${problem}`)
}

/** Checks every span, that parents are there and in the same trace, and that no span id comes twice. */
export function checkSpans(spans: readonly DecodedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const ids = new Set(byId.keys())
  const problems = spans.flatMap((span) => checkSpan(span, ids))
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId)
    if (parent && parent.traceId !== span.traceId) {
      problems.push(`span "${span.name}" ${span.spanId}: its parent is in another trace`)
    }
  }
  if (ids.size !== spans.length) problems.push(`${spans.length - ids.size} span ids come twice`)
  return problems
}

function hasRemoteParent(span: DecodedSpan): boolean {
  return (span.flags & PARENT_IS_REMOTE) === PARENT_IS_REMOTE
}
