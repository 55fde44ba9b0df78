import { isTrue } from '../search/evaluate.ts'
import { matchFor as matchForQuery } from '../search/index-match.ts'
import type { Expression } from '../search/parse.ts'
import { SPAN_SEARCH_COLUMNS, searchableSpan } from '../search/records.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Sql, SqlValue } from '../sql/sql.ts'
import { summaryOf, type TraceSummary } from '../store/trace-summary.ts'
import { expander, mark, matchOf } from '../store/words.ts'
import { cursorId, MAX_LOOKED_AT, MAX_SCANNED, type Page } from './page.ts'
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
  /** True of one span. */
  query?: Expression
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
const MAX_BY_ID = 50
const MAX_SORTED = 5000

/** Lists traces. */
export function listTraces(sql: Sql, filter: TraceFilter): Page<TraceItem> {
  const ids = tracesById(sql, filter)
  if (ids) return ids
  const match = matchFor(sql, filter)
  if (filter.sort === 'slowest') return slowest(sql, filter, match)
  return match || filter.query ? searched(sql, filter, match) : newest(sql, filter)
}

/** Whoever asks for an id alone, whole or its beginning, wants that trace, whatever it contains. */
function tracesById(sql: Sql, { text, query }: TraceFilter): Page<TraceItem> | undefined {
  const asked = text?.trim() || (query?.is === 'text' ? query.text : '')
  if (!/^[0-9a-f]{8,32}$/i.test(asked)) return undefined
  const id = asked.toLowerCase()
  let rows = sql.all(
    'SELECT * FROM traces WHERE trace_id >= ? AND trace_id < ? LIMIT ?',
    id,
    `${id}g`,
    MAX_BY_ID,
  )
  if (rows.length === 0 && id.length === 16) {
    rows = sql.all(
      'SELECT t.* FROM spans s JOIN traces t ON t.id = s.trace WHERE s.span_id = ? LIMIT ?',
      id,
      MAX_BY_ID,
    )
  }
  if (rows.length === 0 && id.length < 32) return undefined
  return { items: rows.map(summaryOf).map(traceItem), nextCursor: null, incomplete: false }
}

function matchFor(sql: Sql, filter: TraceFilter): string {
  const marks: string[] = []
  if (filter.service) marks.push(mark('service', filter.service))
  if (filter.route) marks.push(mark('route', filter.route))
  if (filter.name) marks.push(mark('name', filter.name))
  if (filter.status === 'error') marks.push(mark('status', 'error'))
  if (filter.httpStatus) marks.push(mark('http', filter.httpStatus.toLowerCase()))
  for (const [key, value] of filter.attributes) marks.push(mark('attribute', value, key))
  const expand = expander(sql, 'span_terms')
  const match = matchOf(marks, filter.text ?? '', expand)
  const queried = filter.query ? matchForQuery(sql, 'spans', filter.query, expand) : ''
  return match && queried ? `(${match}) AND (${queried})` : match || queried
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
  const { found, cursor, ended } = matching(sql, filter, match, filter.limit, filter.cursor)
  return {
    items: found.map(traceItem),
    nextCursor: ended ? null : cursor,
    incomplete: !ended && found.length < filter.limit,
  }
}

function matching(
  sql: Sql,
  filter: TraceFilter,
  match: string,
  limit: number,
  cursor?: string,
): { found: TraceSummary[]; cursor: string; ended: boolean } {
  const { where, values } = conditions(filter)
  const found: TraceSummary[] = []
  const isWithin = cursor?.startsWith('s') ?? false
  let lastId = isWithin ? Number.MAX_SAFE_INTEGER : cursorId(cursor)
  let before = isWithin
    ? cursorId(cursor?.slice(1))
    : Math.min(lastId * SPANS_PER_TRACE, Number.MAX_SAFE_INTEGER)
  // A small first look is enough for a page of most searches.
  let chunk = Math.min(CHUNK, 4 * limit)
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const rows = match
      ? sql.all(
          'SELECT rowid AS id FROM span_words WHERE span_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
          match,
          before,
          chunk,
        )
      : sql.all('SELECT id FROM spans WHERE id < ? ORDER BY id DESC LIMIT ?', before, chunk)
    // To look at a span takes longer than to find it.
    scanned += rows.length * (filter.query ? MAX_SCANNED / MAX_LOOKED_AT : 1)
    for (const row of rows) {
      before = Number(row.id)
      const id = Math.floor(before / SPANS_PER_TRACE)
      if (id === lastId) continue
      if (filter.query && !spanIs(sql, filter.query, before)) continue
      lastId = id
      const trace = sql.all(`SELECT * FROM traces WHERE id = ? AND ${where}`, id, ...values)[0]
      if (!trace) continue
      found.push(summaryOf(trace))
      if (found.length === limit) return { found, cursor: String(lastId), ended: false }
    }
    if (rows.length < chunk) return { found, cursor: '', ended: true }
    chunk = CHUNK
  }
  // Within a trace of very many spans, the next page goes on there.
  const isInLast = Math.floor(before / SPANS_PER_TRACE) === lastId
  return { found, cursor: isInLast ? String(lastId) : `s${before}`, ended: false }
}

function spanIs(sql: Sql, query: Expression, id: number): boolean {
  const row = sql.all(
    `SELECT ${SPAN_SEARCH_COLUMNS} FROM spans s JOIN resources r ON r.id = s.resource JOIN traces t ON t.id = s.trace WHERE s.id = ?`,
    id,
  )[0]
  return row !== undefined && isTrue(query, searchableSpan(row))
}

/** The slowest of all, or of the newest that match. One page. */
function slowest(sql: Sql, filter: TraceFilter, match: string): Page<TraceItem> {
  if (match || filter.query) {
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
