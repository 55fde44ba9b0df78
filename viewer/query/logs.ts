import type { LogDetail } from '../otlp/model.ts'
import { type Plain, toPlain, toPlainObject } from '../otlp/value.ts'
import { isTrue } from '../search/evaluate.ts'
import { matchFor as matchForQuery } from '../search/index-match.ts'
import type { Expression } from '../search/parse.ts'
import { searchableLog } from '../search/records.ts'
import type { Row, Sql, SqlValue } from '../sql/sql.ts'
import { levelOf } from '../store/levels.ts'
import { expander, mark, matchOf } from '../store/words.ts'
import { cursorId, MAX_LOOKED_AT, MAX_SCANNED, type Page } from './page.ts'

/** A log record as the API shows it. */
export interface LogItem {
  /** Its number, in the order of arrival. */
  id: number
  /** Milliseconds since 1970, with fractions; without a time of its own, when it was observed. */
  timeMs: number
  timeUnixNano: string
  observedTimeUnixNano: string
  level: string
  severityNumber: number
  severityText: string | null
  service: string
  eventName: string | null
  body: Plain
  attributes: Record<string, Plain>
  /** Its exception's stack in the sources, where the viewer has their maps. */
  stack?: string
  traceId: string | null
  spanId: string | null
  scope: string
}

/** What a log record must be to be listed. */
export interface LogFilter {
  service?: string
  /** This level or a higher one. */
  level?: string
  eventName?: string
  attributes: readonly (readonly [key: string, value: string])[]
  text?: string
  /** True of each record. */
  query?: Expression
  traceId?: string
  spanId?: string
  fromMs?: number
  toMs?: number
  limit: number
  cursor?: string
}

const COLUMNS =
  'l.id, l.time_us, l.severity, l.trace_id, l.span_id, l.bytes, l.detail, r.service, r.content AS resource, c.content AS scope'
const JOINS = 'JOIN resources r ON r.id = l.resource JOIN scopes c ON c.id = l.scope'
const CHUNK = 1000
const MAX_LOGS_OF_TRACE = 1000

/** Bytes of the records in one answer, but for one record that is larger alone. */
const MAX_BYTES = 8 * 1024 * 1024

/** Lists log records, those that arrived last first. */
export function listLogs(sql: Sql, filter: LogFilter): Page<LogItem> {
  const match = matchFor(sql, filter)
  const { where, values } = conditions(filter)
  if (!match && !filter.query) {
    const rows = sql.all(
      `SELECT l.id, l.bytes FROM logs l WHERE l.id < ? AND ${where} ORDER BY l.id DESC LIMIT ?`,
      cursorId(filter.cursor),
      ...values,
      filter.limit + 1,
    )
    const items = readRecords(sql, rows.slice(0, filter.limit))
    const nextCursor = rows.length > items.length ? String(items.at(-1)?.id) : null
    return { items, nextCursor, incomplete: nextCursor !== null && items.length < filter.limit }
  }
  return searched(sql, filter, match)
}

function searched(sql: Sql, filter: LogFilter, match: string): Page<LogItem> {
  const { where, values } = conditions(filter)
  const items: LogItem[] = []
  let left = MAX_BYTES
  let lastId = cursorId(filter.cursor)
  let chunk = Math.min(CHUNK, 2 * filter.limit)
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const ids = match
      ? sql.all(
          'SELECT rowid AS id FROM log_words WHERE log_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
          match,
          lastId,
          chunk,
        )
      : sql.all('SELECT id FROM logs WHERE id < ? ORDER BY id DESC LIMIT ?', lastId, chunk)
    // To look at a record takes longer than to find it.
    scanned += ids.length * (filter.query ? MAX_SCANNED / MAX_LOOKED_AT : 1)
    for (const { id } of ids) {
      lastId = Number(id)
      const row = sql.all(
        `SELECT ${COLUMNS} FROM logs l ${JOINS} WHERE l.id = ? AND ${where}`,
        lastId,
        ...values,
      )[0]
      if (!row || (filter.query && !isTrue(filter.query, searchableLog(row)))) continue
      items.push(logItem(row))
      left -= Number(row.bytes)
      if (items.length === filter.limit || left <= 0) {
        const incomplete = items.length < filter.limit
        return { items, nextCursor: String(lastId), incomplete }
      }
    }
    if (ids.length < chunk) return { items, nextCursor: null, incomplete: false }
    chunk = CHUNK
  }
  return { items, nextCursor: String(lastId), incomplete: true }
}

function matchFor(sql: Sql, filter: LogFilter): string {
  const marks: string[] = []
  if (filter.service) marks.push(mark('service', filter.service))
  if (filter.level) marks.push(mark('level', filter.level.toLowerCase()))
  if (filter.eventName) marks.push(mark('name', filter.eventName))
  for (const [key, value] of filter.attributes) marks.push(mark('attribute', value, key))
  const expand = expander(sql, 'log_terms')
  const match = matchOf(marks, filter.text ?? '', expand)
  const queried = filter.query ? matchForQuery(sql, 'logs', filter.query, expand) : ''
  return match && queried ? `(${match}) AND (${queried})` : match || queried
}

function conditions(filter: LogFilter): { where: string; values: SqlValue[] } {
  const parts: string[] = ['1']
  const values: SqlValue[] = []
  const add = (condition: string, value: SqlValue | undefined): void => {
    if (value === undefined) return
    parts.push(condition)
    values.push(value)
  }
  add('l.time_us >= ?', filter.fromMs && filter.fromMs * 1000)
  add('l.time_us <= ?', filter.toMs && filter.toMs * 1000)
  // Said twice, so that the index of records with a trace is used.
  add("l.trace_id <> '' AND l.trace_id = ?", filter.traceId?.toLowerCase())
  add('l.span_id = ?', filter.spanId?.toLowerCase())
  return { where: parts.join(' AND '), values }
}

/** Reads records by their numbers, as many as fit into an answer. */
function readRecords(sql: Sql, rows: readonly Row[]): LogItem[] {
  const items: LogItem[] = []
  let left = MAX_BYTES
  for (const { id, bytes } of rows) {
    if (left <= 0) break
    left -= Number(bytes)
    const row = sql.all(`SELECT ${COLUMNS} FROM logs l ${JOINS} WHERE l.id = ?`, Number(id))[0]
    if (row) items.push(logItem(row))
  }
  return items
}

/** The records of a trace by their times; the first thousand. */
export function logsOfTrace(sql: Sql, traceId: string): LogItem[] {
  const rows = sql.all(
    "SELECT id, bytes FROM logs WHERE trace_id <> '' AND trace_id = ? ORDER BY time_us, id LIMIT ?",
    traceId,
    MAX_LOGS_OF_TRACE,
  )
  return readRecords(sql, rows)
}

/** Records by their numbers, the oldest first. */
export function logsBetween(sql: Sql, firstId: number, lastId: number): LogItem[] {
  const rows = sql.all(
    'SELECT id, bytes FROM logs WHERE id >= ? AND id <= ? ORDER BY id',
    firstId,
    lastId,
  )
  return readRecords(sql, rows)
}

function logItem(row: Row): LogItem {
  const detail = JSON.parse(String(row.detail)) as LogDetail
  return {
    id: Number(row.id),
    timeMs: Number(row.time_us) / 1000,
    timeUnixNano: detail.timeNano,
    observedTimeUnixNano: detail.observedNano,
    level: levelOf(Number(row.severity)),
    severityNumber: Number(row.severity),
    severityText: detail.severityText ?? null,
    service: String(row.service),
    eventName: detail.eventName ?? null,
    body: toPlain(detail.body),
    attributes: toPlainObject(detail.attributes),
    traceId: row.trace_id ? String(row.trace_id) : null,
    spanId: row.span_id ? String(row.span_id) : null,
    scope: JSON.parse(String(row.scope)).name,
  }
}
