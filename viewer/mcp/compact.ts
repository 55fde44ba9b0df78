import type { Comparison } from '../query/compare.ts'
import type { LogItem } from '../query/logs.ts'
import type { Overview, RequestFigures } from '../query/overview.ts'
import type { TraceItem } from '../query/trace-item.ts'

/** What is said in few words: no nulls, no empty lists, three digits after the point. */
export type Compact = Record<string, unknown>

/** Leaves out what says nothing, and rounds. */
export function compact(fields: Compact): Compact {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => !saysNothing(value))
      .map(([key, value]) => [key, typeof value === 'number' ? round(value) : value]),
  )
}

const saysNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

const round = (value: number): number => Math.round(value * 1000) / 1000

/** A time that people and machines read. */
export const iso = (ms: number): string => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString()
}

export const compactTrace = (item: TraceItem): Compact =>
  compact({
    traceId: item.traceId,
    name: item.name,
    service: item.service,
    kind: item.kind,
    httpStatus: item.httpStatus,
    start: iso(item.startMs),
    ms: item.durationMs,
    spans: item.spans,
    errors: item.errors || undefined,
    services: item.services.length > 1 ? item.services.map(({ name }) => name) : undefined,
    rootMissing: item.rootMissing || undefined,
  })

export const compactLog = (item: LogItem): Compact =>
  compact({
    id: item.id,
    time: iso(item.timeMs),
    level: item.level,
    service: item.service,
    event: item.eventName,
    body: item.body,
    attributes: item.attributes,
    traceId: item.traceId,
    spanId: item.spanId,
  })

export const compactFigures = (figures: RequestFigures): Compact => ({
  requests: figures.requests,
  errors: figures.errors,
  ...compact({
    perS: figures.ratePerS,
    p50Ms: figures.p50Ms,
    p95Ms: figures.p95Ms,
    p99Ms: figures.p99Ms,
  }),
})

export const compactOverview = (view: Overview): Compact => ({
  from: iso(view.fromMs),
  to: iso(view.toMs),
  ...(view.goneBeforeMs !== null && { tracesGoneBefore: iso(view.goneBeforeMs) }),
  total: compactFigures(view.total),
  ...(view.others.requests && { others: compactFigures(view.others) }),
  // Where something fails, first.
  routes: [...view.routes]
    .sort((a, b) => b.errors - a.errors || b.requests - a.requests)
    .map((each) => ({ service: each.service, route: each.route, ...compactFigures(each) })),
})

/** Only the places where two traces differ, the largest difference first. */
export function compactComparison({ a, b, deltaMs, pairs }: Comparison): Compact {
  const weight = (pair: Comparison['pairs'][number]): number =>
    Math.abs(pair.deltaMs ?? pair.a?.durationMs ?? pair.b?.durationMs ?? 0)
  const differing = pairs.filter(
    (pair) =>
      !pair.a ||
      !pair.b ||
      pair.deltaMs ||
      pair.differences.length ||
      pair.a.status !== pair.b.status,
  )
  return {
    a: compactTrace(a),
    b: compactTrace(b),
    bTakesLongerMs: round(deltaMs),
    same: pairs.length - differing.length,
    pairs: differing
      .sort((one, other) => weight(other) - weight(one))
      .map((pair) => ({
        name: pair.name,
        service: pair.service,
        depth: pair.depth,
        ...(pair.deltaMs !== null && { deltaMs: round(pair.deltaMs) }),
        ...(pair.a && pair.b ? {} : { onlyIn: pair.a ? 'a' : 'b' }),
        a: pair.a && compact({ id: pair.a.spanId, ms: pair.a.durationMs, status: pair.a.status }),
        b: pair.b && compact({ id: pair.b.spanId, ms: pair.b.durationMs, status: pair.b.status }),
        ...(pair.differences.length && { differences: pair.differences }),
      })),
  }
}
