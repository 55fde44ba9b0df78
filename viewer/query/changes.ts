import type { Sql } from '../sql/sql.ts'
import { STEPS_S } from '../store/request-buckets.ts'
import { type ErrorGroup, listErrors } from './errors.ts'
import { FINE_RANGE_MS, type Overview, overview, type RequestFigures } from './overview.ts'

/** A route before and after a moment; null where it had no requests. */
export interface RouteChange {
  service: string
  route: string
  before: RequestFigures | null
  after: RequestFigures | null
}

/** What is another since a moment: two times of one length, before and after it. */
export interface Changes {
  sinceMs: number
  fromMs: number
  toMs: number
  total: { before: RequestFigures; after: RequestFigures }
  /** Those that changed by a fifth and more, the largest change first. */
  routes: RouteChange[]
  /** Kinds of failures that were not there before. */
  newErrors: ErrorGroup[]
  /** Services or versions of them that sent for the first time since. */
  newServices: { service: string; version: string; firstSeenMs: number }[]
  newMetrics: string[]
}

const MAX_LENGTH_MS = 3_600_000
const MIN_SHARE = 0.2
const MAX_NEW = 50

/** Compares the time since a moment with as much time before it, an hour at most. */
export function changesSince(sql: Sql, askedMs: number, toMs: number, service?: string): Changes {
  const lengthMs = Math.min(MAX_LENGTH_MS, Math.max(1000, toMs - askedMs))
  // Requests are counted in slots; one that lies in both times would be counted twice.
  const slotMs = STEPS_S[lengthMs <= FINE_RANGE_MS ? 0 : 1] * 1000
  const sinceMs = Math.floor(askedMs / slotMs) * slotMs
  const fromMs = sinceMs - lengthMs
  const before = overview(sql, fromMs, sinceMs - 1, service)
  const after = overview(sql, sinceMs, sinceMs + lengthMs, service)
  const of = service ? { service } : {}
  const known = new Set(listErrors(sql, { ...of, toMs: sinceMs }).errors.map(kindOf))
  const newErrors = listErrors(sql, { ...of, fromMs: sinceMs }).errors
  return {
    sinceMs,
    fromMs,
    toMs: sinceMs + lengthMs,
    total: { before: before.total, after: after.total },
    routes: routeChanges(before, after),
    newErrors: newErrors.filter((each) => !known.has(kindOf(each))).slice(0, MAX_NEW),
    newServices: sql
      .all(
        "SELECT service, json_extract(content, '$.attributes') AS attributes, min(first_ms) AS first_ms FROM resources GROUP BY service, content HAVING min(first_ms) >= ? LIMIT 500",
        sinceMs,
      )
      .map((row) => ({
        service: String(row.service),
        version: versionIn(String(row.attributes)),
        firstSeenMs: Number(row.first_ms),
      }))
      .filter((each) => !service || each.service === service)
      .filter(
        (each, at, all) =>
          all.findIndex((one) => one.service === each.service && one.version === each.version) ===
            at && !wasThere(sql, each.service, each.version, sinceMs),
      )
      .slice(0, MAX_NEW),
    newMetrics: sql
      .all(
        'SELECT name FROM instruments WHERE first_ms >= ? ORDER BY name LIMIT ?',
        sinceMs,
        MAX_NEW,
      )
      .map(({ name }) => String(name)),
  }
}

const kindOf = ({ service, type, message, at }: ErrorGroup): string =>
  JSON.stringify([service, type, message, at])

function versionIn(attributes: string): string {
  const list = JSON.parse(attributes) as unknown[]
  const at = list.findIndex((key, i) => i % 2 === 0 && key === 'service.version')
  return at < 0 ? '' : String(list[at + 1])
}

function wasThere(sql: Sql, service: string, version: string, beforeMs: number): boolean {
  return sql
    .all(
      "SELECT json_extract(content, '$.attributes') AS attributes FROM resources WHERE service = ? AND first_ms < ? LIMIT 500",
      service,
      beforeMs,
    )
    .some((row) => versionIn(String(row.attributes)) === version)
}

function routeChanges(before: Overview, after: Overview): RouteChange[] {
  const routes = new Map<string, RouteChange>()
  for (const [side, { routes: own }] of [
    ['before', before],
    ['after', after],
  ] as const) {
    for (const { service, route, kind, requestsOverTime: _, ...figures } of own) {
      const key = JSON.stringify([service, kind, route])
      const change = routes.get(key) ?? { service, route, before: null, after: null }
      change[side] = figures
      routes.set(key, change)
    }
  }
  return [...routes.values()]
    .map((change) => ({ change, share: shareOf(change) }))
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => b.share - a.share)
    .map(({ change }) => change)
}

/** How much is another, as a share of what was: of failures, of latency or of the number of requests. */
function shareOf({ before, after }: RouteChange): number {
  if (!before || !after) return Number.POSITIVE_INFINITY
  const by = (a: number, b: number): number => Math.abs(b - a) / Math.max(a, 1e-9)
  const errors = Math.abs((after.errorRatio ?? 0) - (before.errorRatio ?? 0))
  // Failures weigh more than anything else.
  return Math.max(
    errors > 0.01 ? 10 * errors + MIN_SHARE : 0,
    by(before.p95Ms ?? 0, after.p95Ms ?? 0),
    by(before.requests, after.requests),
  )
}
