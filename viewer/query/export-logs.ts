import type { Sql } from '../sql/sql.ts'
import { otlpLogs } from './export-trace.ts'
import { ORIGIN_COLUMNS, type OtlpJson } from './group-records.ts'
import { type LogFilter, listLogs } from './logs.ts'

/** Records of one file. */
export const MAX_EXPORTED_LOGS = 10_000

/** Log records as OTLP/JSON, with a trace or without: those that arrived last, the oldest first. */
export function exportLogs(
  sql: Sql,
  filter: LogFilter,
): { file: OtlpJson; nextCursor: string | null } {
  const { items, nextCursor } = listLogs(sql, filter)
  const rows = items
    .reverse()
    .flatMap(({ id }) =>
      sql.all(
        `SELECT l.*, ${ORIGIN_COLUMNS} FROM logs l JOIN resources r ON r.id = l.resource JOIN scopes c ON c.id = l.scope WHERE l.id = ?`,
        id,
      ),
    )
  return { file: { resourceLogs: otlpLogs(rows) }, nextCursor }
}
