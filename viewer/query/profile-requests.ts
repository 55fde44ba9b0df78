import type { SpanDetail } from '../otlp/model.ts'
import type { Profile } from '../profile/profile.ts'
import type { Sql } from '../sql/sql.ts'
import { httpFacts } from '../store/http.ts'
import type { ProfileItem } from '../store/profiles.ts'
import { routeOf } from '../store/request-counts.ts'
import { readRequests } from './requests.ts'

/** The requests of one route that ran while the profile was made. */
export interface ProfiledRoute {
  service: string
  /** `{method} {http.route}`, or the span's name. */
  route: string
  count: number
  failed: number
  /** What they took in all, by their spans. */
  wallMs: number
  /** An estimate: the time that work was done while they ran, divided among those that ran at once. */
  cpuMs: number
  /** The one with the most of it. */
  sample: { traceId: string; spanId: string }
}

/** What was asked for while the profile was made. */
export interface ProfileRequests {
  /** By `cpuMs`, the largest first. */
  routes: ProfiledRoute[]
  /** Work while no request was known to run. */
  otherMs: number
  /** There were more than are read. */
  truncated: boolean
}

/** When a request ran, in milliseconds since the profile began. */
interface Stretch {
  fromMs: number
  toMs: number
}

type Timed = Pick<Profile, 'busy' | 'stepMs' | 'durationMs'> &
  Pick<ProfileItem, 'service'> & { startMs: number }

/** Requests that began longer ago are not looked for. */
const BEFORE_MS = 60_000

/** From when a request arrived until its work begins, at most; and what clocks may differ by. */
const UNTIL_BEGUN_MS = 20

/** A span of less is of a clock that stands while code runs, as on Workers. */
const NO_TIME_MS = 1

/** Finds the requests that ran while the profile was made, by route. */
export function requestsDuring(sql: Sql, profile: Timed): ProfileRequests {
  const { startMs, durationMs, service } = profile
  const { rows, truncated } = readRequests(sql, {
    fromMs: startMs - BEFORE_MS,
    toMs: startMs + durationMs,
    ...(service && { service }),
  })
  const requests = rows.flatMap((row) => {
    const fromMs = Number(row.start_us) / 1000 - startMs
    const wallMs = Number(row.duration_ns) / 1e6
    if (fromMs + wallMs < 0) return []
    const run = { fromMs: Math.max(0, fromMs), toMs: Math.min(durationMs, fromMs + wallMs) }
    const stretch = wallMs < NO_TIME_MS ? { ...run, toMs: endOfWork(profile, run.toMs) } : run
    return [{ row, wallMs, ...stretch }]
  })
  const shares = divide(profile, requests)
  const routes = new Map<string, ProfiledRoute & { most: number }>()
  for (const [at, { row, wallMs }] of requests.entries()) {
    const cpuMs = shares[at] ?? 0
    const sample = { traceId: String(row.trace_id), spanId: String(row.span_id) }
    const { attributes } = JSON.parse(String(row.detail)) as SpanDetail
    const route = routeOf(String(row.name), httpFacts(attributes))
    const key = `${String(row.service)}\0${route}`
    const found = routes.get(key) ?? {
      service: String(row.service),
      route,
      count: 0,
      failed: 0,
      wallMs: 0,
      cpuMs: 0,
      sample,
      most: cpuMs,
    }
    routes.set(key, found)
    found.count++
    found.failed += Number(Number(row.status) === 2)
    found.wallMs += wallMs
    found.cpuMs += cpuMs
    if (cpuMs > found.most) {
      found.most = cpuMs
      found.sample = sample
    }
  }
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)
  return {
    routes: [...routes.values()]
      .map(({ most: _, ...route }) => route)
      .sort((a, b) => b.cpuMs - a.cpuMs || b.count - a.count),
    otherMs: Math.max(0, sum(profile.busy) - sum(shares)),
    truncated,
  }
}

/** Until when work goes on without a pause, once it has begun. */
function endOfWork({ busy, stepMs, durationMs }: Timed, fromMs: number): number {
  const isBusy = (slot: number): boolean => (busy[slot] ?? 0) > stepMs / 2
  const first = Math.floor(fromMs / stepMs)
  let slot = first
  while (slot * stepMs < fromMs + UNTIL_BEGUN_MS && !isBusy(slot)) slot++
  while (isBusy(slot)) slot++
  return Math.min(durationMs, Math.max(slot, first + 1) * stepMs)
}

/** Divides the work of each slot among those that ran in it. One thread: nobody works longer than it runs. */
function divide({ busy, stepMs }: Timed, stretches: readonly Stretch[]): number[] {
  const running = busy.map(() => 0)
  for (const stretch of stretches) {
    forSlots(stretch, stepMs, busy.length, (slot, ms) => {
      running[slot] = (running[slot] ?? 0) + ms
    })
  }
  return stretches.map((stretch) => {
    let own = 0
    forSlots(stretch, stepMs, busy.length, (slot, ms) => {
      const all = running[slot] ?? 0
      if (all > 0) own += ms * Math.min(1, (busy[slot] ?? 0) / all)
    })
    return own
  })
}

function forSlots(
  { fromMs, toMs }: Stretch,
  stepMs: number,
  slots: number,
  each: (slot: number, ms: number) => void,
): void {
  for (let slot = Math.floor(fromMs / stepMs); slot < slots && slot * stepMs < toMs; slot++) {
    each(slot, Math.min(toMs, (slot + 1) * stepMs) - Math.max(fromMs, slot * stepMs))
  }
}
