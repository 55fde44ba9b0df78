import type { DecodedSpan } from '../../support/otlp-decoder.ts'
import type { ExpectedSpan } from './order-trace.ts'

const KINDS = ['unset', 'internal', 'server', 'client', 'producer', 'consumer'] as const

export const spansOfTrace = (
  spans: readonly DecodedSpan[],
  span: DecodedSpan | undefined,
): DecodedSpan[] => spans.filter(({ traceId }) => traceId === span?.traceId)

/** What calls use and cost is the business of the test of an hour's cost. */
const withoutUsage = (attributes: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !/^hono\.(?:usage\.|cost$)/.test(key)),
  )

/** The span with everything below it. */
export function treeOf(spans: readonly DecodedSpan[], span: DecodedSpan): ExpectedSpan {
  const children = spansOfTrace(spans, span).filter(
    ({ parentSpanId }) => parentSpanId === span.spanId,
  )
  return {
    name: span.name,
    kind: KINDS[span.kind] as ExpectedSpan['kind'],
    attributes: withoutUsage(span.attributes),
    children: children.toSorted(byStart).map((child) => treeOf(spans, child)),
  }
}

/** The clock may stand still between two spans: of those that begin at once, the first to end comes first. */
function byStart(a: DecodedSpan, b: DecodedSpan): number {
  const difference = Number(a.startTimeUnixNano - b.startTimeUnixNano)
  return difference || Number(a.endTimeUnixNano - b.endTimeUnixNano)
}

export const sizeOf = ({ children }: ExpectedSpan): number =>
  children.reduce((total, child) => total + sizeOf(child), 1)
