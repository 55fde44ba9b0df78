import type { Sql, SqlValue } from '../sql/sql.ts'
import { STEPS_S } from '../store/request-buckets.ts'
import type { RequestKind } from '../store/request-counts.ts'
import { Figures, type RequestFigures } from './figures.ts'

export type { RequestFigures } from './figures.ts'

/** How one route is asked. */
export interface RouteFigures extends RequestFigures {
  service: string
  kind: RequestKind
  /** `{method} {http.route}`; without a route, the span's name. */
  route: string
  /** In each slot of the timeline. */
  requestsOverTime: number[]
}

/** The state of all services at a glance. */
export interface Overview {
  fromMs: number
  toMs: number
  /** Length of a slot of the timeline. */
  stepMs: number
  /** Traces that were received before are removed, but counted here; null when none is. */
  goneBeforeMs: number | null
  /** HTTP requests. */
  total: RequestFigures
  /** All other server and consumer spans: messages of queues and WebSockets, calls over RPC and MCP, runs. */
  others: RequestFigures
  /** HTTP requests; a service that is only asked otherwise has none. */
  services: (RequestFigures & { service: string })[]
  /** The busiest 200, of HTTP and of others. */
  routes: RouteFigures[]
  /** HTTP requests in every slot of the time, also those without any. */
  timeline: (RequestFigures & { timeMs: number })[]
}

/** Up to so long a time, requests are read in fine slots. */
export const FINE_RANGE_MS: number = 30 * 60_000
const MAX_SLOTS = 120
const MAX_ROUTES = 200

/** Reads the overview of a time, of one service or all. */
export function overview(sql: Sql, fromMs: number, toMs: number, service?: string): Overview {
  const [fineS, coarseS] = STEPS_S
  const baseS = toMs - fromMs <= FINE_RANGE_MS ? fineS : coarseS
  const slots = Math.ceil((toMs - fromMs) / 1000 / baseS)
  const stepS = baseS * Math.max(1, Math.ceil(slots / MAX_SLOTS))
  const first = Math.floor(fromMs / 1000 / baseS)
  const last = Math.floor(toMs / 1000 / baseS)
  const values: SqlValue[] = [baseS, first, last]
  if (service) values.push(service)
  const rows = sql.all(
    `SELECT slot, service, kind, route, bucket, count, errors FROM requests WHERE step_s = ? AND slot BETWEEN ? AND ?${service ? ' AND service = ?' : ''}`,
    ...values,
  )
  const total = new Figures()
  const others = new Figures()
  const services = new Map<string, Figures>()
  const routes = new Map<string, Figures>()
  const times = new Map<number, Figures>()
  const overTime = new Map<string, Map<number, number>>()
  const startOf = (slot: number): number => Math.floor((slot * baseS) / stepS) * stepS * 1000
  for (let ms = startOf(first); ms <= startOf(last); ms += stepS * 1000)
    times.set(ms, new Figures())
  for (const row of rows) {
    const [bucket, count, errors] = [Number(row.bucket), Number(row.count), Number(row.errors)]
    const name = String(row.service)
    const timeMs = startOf(Number(row.slot))
    const ofService = figures(services, name)
    const counted = row.kind === 'http' ? [total, ofService, figures(times, timeMs)] : [others]
    const key = JSON.stringify([name, row.kind, row.route])
    for (const each of [...counted, figures(routes, key)]) each.add(bucket, count, errors)
    const slotsOfRoute = overTime.get(key) ?? new Map<number, number>()
    overTime.set(key, slotsOfRoute.set(timeMs, (slotsOfRoute.get(timeMs) ?? 0) + count))
  }
  const ms = Math.max(1000, toMs - fromMs)
  return {
    fromMs,
    toMs,
    stepMs: stepS * 1000,
    goneBeforeMs: goneBefore(sql, fromMs),
    total: total.over(ms),
    others: others.over(ms),
    services: [...services].map(([name, each]) => ({ service: name, ...each.over(ms) })).sort(busy),
    routes: [...routes]
      .sort(([, a], [, b]) => b.requests - a.requests)
      .slice(0, MAX_ROUTES)
      .map(([key, each]) => {
        const [name, kind, route] = JSON.parse(key) as [string, RequestKind, string]
        const requestsOverTime = [...times.keys()].map(
          (timeMs) => overTime.get(key)?.get(timeMs) ?? 0,
        )
        return { service: name, kind, route, ...each.over(ms), requestsOverTime }
      }),
    timeline: [...times].map(([timeMs, each]) => ({ timeMs, ...each.over(stepS * 1000) })),
  }
}

/** Counts stay when traces go. */
function goneBefore(sql: Sql, fromMs: number): number | null {
  const row = sql.all("SELECT before_ms FROM removed WHERE kind = 'traces'")[0]
  return row && Number(row.before_ms) > fromMs ? Number(row.before_ms) : null
}

const busy = (a: RequestFigures, b: RequestFigures): number => b.requests - a.requests

function figures<K>(map: Map<K, Figures>, key: K): Figures {
  const found = map.get(key) ?? new Figures()
  map.set(key, found)
  return found
}
