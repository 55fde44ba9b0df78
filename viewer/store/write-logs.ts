import type { Group, LogRecord } from '../otlp/model.ts'
import { textOf } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'
import type { Interned } from './interned.ts'
import { LEVELS } from './levels.ts'
import { toMicros } from './time.ts'
import { Words } from './words.ts'

/** Bytes that a log record takes beside its detail. */
export const LOG_OVERHEAD = 300

/** Numbers of stored records, the first to the last, and their size. */
export interface WrittenLogs {
  firstId: number
  lastId: number
  added: number
  bytes: number
}

/** Stores log records. */
export function writeLogs(
  sql: Sql,
  interned: Interned,
  groups: readonly Group<LogRecord>[],
  nowMs: number,
): WrittenLogs {
  const written: WrittenLogs = { firstId: 0, lastId: -1, added: 0, bytes: 0 }
  for (const { resource: origin, scope: ownScope, records } of groups) {
    const resource = interned.resource(origin, 'logs', records.length, nowMs)
    const scope = interned.scope(ownScope, nowMs)
    for (const record of records) {
      const detail = JSON.stringify(record.detail)
      const bytes = detail.length + LOG_OVERHEAD
      const row = sql.all(
        'INSERT INTO logs (received_ms, time_us, severity, trace_id, span_id, resource, scope, bytes, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
        nowMs,
        timeUs(record, nowMs),
        record.severity,
        record.traceId,
        record.spanId,
        resource.id,
        scope,
        bytes,
        detail,
      )[0]
      const id = Number(row?.id)
      sql.all(
        'INSERT INTO log_words (rowid, words) VALUES (?, ?)',
        id,
        wordsOf(record, resource.service),
      )
      if (written.added === 0) written.firstId = id
      written.lastId = id
      written.added++
      written.bytes += bytes
    }
  }
  return written
}

function timeUs({ detail }: LogRecord, nowMs: number): number {
  return toMicros(detail.timeNano) || toMicros(detail.observedNano) || nowMs * 1000
}

function wordsOf({ severity, detail }: LogRecord, service: string): string {
  const words = new Words()
  words.mark('service', service)
  // A search for warnings finds errors as well: a record is marked with every level below it.
  for (const [level, lowest] of LEVELS) if (severity >= lowest) words.mark('level', level)
  if (detail.eventName) {
    words.mark('name', detail.eventName)
    words.text(detail.eventName)
  }
  words.text(textOf(detail.body))
  words.attributes(detail.attributes)
  return String(words)
}
