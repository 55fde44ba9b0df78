import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Sql, SqlValue } from '../sql/sql.ts'
import { summaryOf, type TraceSummary } from '../store/trace-summary.ts'
import { expander, mark, matchOf } from '../store/words.ts'
import { cursorId, MAX_SCANNED, type Page } from './page.ts'
import { type TraceItem, traceItem } from './trace-item.ts'

/** What a trace must be to be listed. One span of it has all of service to text. */
export interface TraceFilter {
  service?: string
  /** `http.route`. */
  route?: string
  /** A span's name. */
  name?: string
  /** `error`: with a failed span; `ok`: without. */
  status?: 'error' | 'ok'
  /** `404`, or `5xx`. */
  httpStatus?: string
  /** Keys and values that are equal as text. */
  attributes: readonly (readonly [key: string, value: string])[]
  /** Words, anywhere in names and string values; with `*` at the end, their beginnings. */
  text?: string
  /** Of the whole trace. */
  minMs?: number
  maxMs?: number
  /** When it began. */
  fromMs?: number
  toMs?: number
  sort: 'newest' | 'slowest'
  limit: number
  cursor?: string
}

const CHUNK = 2000
const MAX_SORTED = 5000

/** Lists traces. */
export function listTraces(sql: Sql, filter: TraceFilter): Page<TraceItem> {
  const traceId = /^[0-9a-f]{32}$/i.exec(filter.text?.trim() ?? '')?.[0]
  if (traceId) {
    const rows = sql.all('SELECT * FROM traces WHERE trace_id = ?', traceId.toLowerCase())
    return { items: rows.map(summaryOf).map(traceItem), nextCursor: null, incomplete: false }
  }
  const match = matchFor(sql, filter)
  if (filter.sort === 'slowest') return slowest(sql, filter, match)
  return match ? searched(sql, filter, match) : newest(sql, filter)
}

function matchFor(sql: Sql, filter: TraceFilter): string {
  const marks: string[] = []
  if (filter.service) marks.push(mark('service', filter.service))
  if (filter.route) marks.push(mark('route', filter.route))
  if (filter.name) marks.push(mark('name', filter.name))
  if (filter.status === 'error') marks.push(mark('status', 'error'))
  if (filter.httpStatus) marks.push(mark('http', filter.httpStatus.toLowerCase()))
  for (const [key, value] of filter.attributes) marks.push(mark('attribute', value, key))
  return matchOf(marks, filter.text ?? '', expander(sql, 'span_terms'))
}

/** Conditions on the row of a trace. */
function conditions(filter: TraceFilter): { where: string; values: SqlValue[] } {
  const parts: string[] = ['spans > 0']
  const values: SqlValue[] = []
  const add = (condition: string, value: number | undefined): void => {
    if (value === undefined) return
    parts.push(condition)
    values.push(value)
  }
  add('start_us >= ?', filter.fromMs && filter.fromMs * 1000)
  add('start_us <= ?', filter.toMs && filter.toMs * 1000)
  add('duration_us >= ?', filter.minMs && filter.minMs * 1000)
  add('duration_us <= ?', filter.maxMs && filter.maxMs * 1000)
  if (filter.status === 'ok') parts.push('errors = 0')
  return { where: parts.join(' AND '), values }
}

function newest(sql: Sql, filter: TraceFilter): Page<TraceItem> {
  const { where, values } = conditions(filter)
  const rows = sql.all(
    `SELECT * FROM traces WHERE id < ? AND ${where} ORDER BY id DESC LIMIT ?`,
    cursorId(filter.cursor),
    ...values,
    filter.limit + 1,
  )
  const found = rows.slice(0, filter.limit).map(summaryOf)
  const nextCursor = rows.length > filter.limit ? String(found.at(-1)?.id) : null
  return { items: found.map(traceItem), nextCursor, incomplete: false }
}

/** Goes through the matches of the index, newest first, trace by trace. */
function searched(sql: Sql, filter: TraceFilter, match: string): Page<TraceItem> {
  const { found, lastId, ended } = matching(sql, filter, match, filter.limit, filter.cursor)
  return {
    items: found.map(traceItem),
    nextCursor: ended ? null : String(lastId),
    incomplete: !ended && found.length < filter.limit,
  }
}

function matching(
  sql: Sql,
  filter: TraceFilter,
  match: string,
  limit: number,
  cursor?: string,
): { found: TraceSummary[]; lastId: number; ended: boolean } {
  const { where, values } = conditions(filter)
  const found: TraceSummary[] = []
  let lastId = cursorId(cursor)
  // A small first look is enough for a page of most searches.
  let chunk = Math.min(CHUNK, 4 * limit)
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const rows = sql.all(
      'SELECT rowid AS id FROM span_words WHERE span_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
      match,
      Math.min(lastId * SPANS_PER_TRACE, Number.MAX_SAFE_INTEGER),
      chunk,
    )
    scanned += rows.length
    for (const row of rows) {
      const id = Math.floor(Number(row.id) / SPANS_PER_TRACE)
      if (id === lastId) continue
      lastId = id
      const trace = sql.all(`SELECT * FROM traces WHERE id = ? AND ${where}`, id, ...values)[0]
      if (!trace) continue
      found.push(summaryOf(trace))
      if (found.length === limit) return { found, lastId, ended: false }
    }
    if (rows.length < chunk) return { found, lastId, ended: true }
    chunk = CHUNK
  }
  return { found, lastId, ended: false }
}

/** The slowest of all, or of the newest that match. One page. */
function slowest(sql: Sql, filter: TraceFilter, match: string): Page<TraceItem> {
  if (match) {
    const { found, ended } = matching(sql, filter, match, MAX_SORTED)
    found.sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs))
    const items = found.slice(0, filter.limit).map(traceItem)
    return { items, nextCursor: null, incomplete: !ended }
  }
  const { where, values } = conditions(filter)
  const rows = sql.all(
    `SELECT * FROM traces WHERE ${where} ORDER BY duration_us DESC LIMIT ?`,
    ...values,
    filter.limit,
  )
  return { items: rows.map(summaryOf).map(traceItem), nextCursor: null, incomplete: false }
}
