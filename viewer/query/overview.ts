import type { Sql, SqlValue } from '../sql/sql.ts'
import { STEPS_S } from '../store/request-buckets.ts'
import { Figures, type RequestFigures } from './figures.ts'

export type { RequestFigures } from './figures.ts'

/** The state of all services at a glance. */
export interface Overview {
  fromMs: number
  toMs: number
  /** Length of a slot of the timeline. */
  stepMs: number
  /** Traces that were received before are removed, but counted here; null when none is. */
  goneBeforeMs: number | null
  total: RequestFigures
  services: (RequestFigures & { service: string })[]
  /**
   * By `{method} {http.route}`; without a route, by the span's name. The busiest 200. `requestsOverTime`
   * has the requests of each slot of the timeline.
   */
  routes: (RequestFigures & { service: string; route: string; requestsOverTime: number[] })[]
  /** Every slot of the time, also those without requests. */
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
    `SELECT slot, service, route, bucket, count, errors FROM requests WHERE step_s = ? AND slot BETWEEN ? AND ?${service ? ' AND service = ?' : ''}`,
    ...values,
  )
  const total = new Figures()
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
    total.add(bucket, count, errors)
    figures(services, name).add(bucket, count, errors)
    const key = JSON.stringify([name, row.route])
    figures(routes, key).add(bucket, count, errors)
    const timeMs = startOf(Number(row.slot))
    figures(times, timeMs).add(bucket, count, errors)
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
    services: [...services].map(([name, each]) => ({ service: name, ...each.over(ms) })).sort(busy),
    routes: [...routes]
      .sort(([, a], [, b]) => b.requests - a.requests)
      .slice(0, MAX_ROUTES)
      .map(([key, each]) => {
        const [name, route] = JSON.parse(key) as [string, string]
        const requestsOverTime = [...times.keys()].map(
          (timeMs) => overTime.get(key)?.get(timeMs) ?? 0,
        )
        return { service: name, route, ...each.over(ms), requestsOverTime }
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
