import type { SpanDetail } from '../otlp/model.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { httpFacts } from '../store/http.ts'
import { routeOf } from '../store/request-counts.ts'
import { mark, matchOf } from '../store/words.ts'
import { FailureReader } from './failure.ts'
import { originsOf } from './failure-origins.ts'

/** Failures of one kind: of one service and type, whose messages differ in numbers and ids only. */
export interface ErrorGroup {
  service: string
  /** `exception.type` or `error.type`; '' where there is neither. */
  type: string
  /** With `…` for numbers and ids. */
  message: string
  /**
   * The first line of the stack that is the app's own, where there is a stack: of the span's event, or of a log
   * record with its id.
   */
  at: string | null
  count: number
  /** Of the requests that they belong to: `{method} {http.route}` or the span's name, the first ten. */
  routes: string[]
  firstMs: number
  lastMs: number
  /** The newest. */
  sample: { traceId: string; spanId: string }
}

/** Groups of failures, and how many failed spans were looked at for them. */
export interface ErrorsView {
  /** The largest 200. */
  errors: ErrorGroup[]
  /** Of all. */
  groups: number
  lookedAt: number
}

/** Which failures are meant. */
export interface ErrorsQuery {
  service?: string
  fromMs?: number
  toMs?: number
}

const MAX_SPANS = 2000
const MAX_GROUPS = 200
const MAX_ROUTES = 10
const MAX_TYPE_LENGTH = 200
/** Spans between a failure and its request. */
const MAX_STEPS_UP = 16
const SERVER = 2
const CONSUMER = 5

/** Groups the newest failed spans. One failure is counted where it began, not in those that waited for it, however far above. */
export function listErrors(sql: Sql, { service, fromMs = 0, toMs }: ErrorsQuery): ErrorsView {
  const marks = [mark('status', 'error'), ...(service ? [mark('service', service)] : [])]
  const ids = sql.all(
    'SELECT rowid AS id FROM span_words WHERE span_words MATCH ? ORDER BY rowid DESC LIMIT ?',
    matchOf(marks, '', () => []),
    MAX_SPANS,
  )
  const rows = ids.flatMap(({ id }) =>
    sql.all(
      'SELECT s.*, r.service, t.trace_id FROM spans s JOIN resources r ON r.id = s.resource JOIN traces t ON t.id = s.trace WHERE s.id = ? AND s.start_us >= ? AND s.start_us <= ?',
      Number(id),
      fromMs * 1000,
      toMs === undefined ? Number.MAX_SAFE_INTEGER : toMs * 1000,
    ),
  )
  const reader = new FailureReader(sql)
  const groups = new Map<string, ErrorGroup>()
  for (const failure of originsOf(
    sql,
    rows.map((row) => reader.read(row)),
  )) {
    const { row, at } = failure
    const type = failure.type.slice(0, MAX_TYPE_LENGTH)
    const message = patternOf(failure.message || String(row.name))
    const route = entryOf(sql, row)
    const key = JSON.stringify([row.service, type, message, at])
    const startMs = Number(row.start_us) / 1000
    let group = groups.get(key)
    if (!group) {
      const sample = { traceId: String(row.trace_id), spanId: String(row.span_id) }
      const own = { service: String(row.service), type, message, at, sample, routes: [], count: 0 }
      group = { ...own, firstMs: startMs, lastMs: startMs }
      groups.set(key, group)
    }
    group.count++
    group.firstMs = Math.min(group.firstMs, startMs)
    group.lastMs = Math.max(group.lastMs, startMs)
    if (!group.routes.includes(route) && group.routes.length < MAX_ROUTES) group.routes.push(route)
  }
  const errors = [...groups.values()].sort((a, b) => b.count - a.count || b.lastMs - a.lastMs)
  return { errors: errors.slice(0, MAX_GROUPS), groups: errors.length, lookedAt: rows.length }
}

/** The request or message that the failure belongs to: the nearest server or consumer span above it. */
function entryOf(sql: Sql, failed: Row): string {
  let row = failed
  for (let step = 0; step < MAX_STEPS_UP; step++) {
    if (Number(row.kind) === SERVER || Number(row.kind) === CONSUMER) break
    const parent = sql.all(
      'SELECT * FROM spans WHERE trace = ? AND span_id = ?',
      Number(failed.trace),
      String(row.parent_id),
    )[0]
    if (!parent) break
    row = parent
  }
  const { attributes } = JSON.parse(String(row.detail)) as SpanDetail
  return routeOf(String(row.name), httpFacts(attributes))
}

/** The message with `…` for what is another each time. */
const patternOf = (message: string): string =>
  message
    .slice(0, 500)
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b|\d+/gi, '…')
