import type { LogDetail } from '../otlp/model.ts'
import { textOf } from '../otlp/value.ts'
import { listServices } from '../query/services.ts'
import type { Sql } from '../sql/sql.ts'
import { lintAttributes } from './attributes.ts'
import { lintMetrics } from './metrics.ts'
import { type Note, Notes } from './note.ts'
import { personalIn } from './personal.ts'
import { lintSpans } from './spans.ts'

/** Notes, and how much was looked at for them. */
export interface NotesView {
  notes: Note[]
  lookedAt: { spans: number; logs: number; metrics: number }
}

const MAX_LOGS = 1000

/** Looks at the newest spans and log records, and at all instruments and services. */
export function lint(sql: Sql, nowMs: number): NotesView {
  const notes = new Notes()
  lintServices(sql, notes)
  const spans = lintSpans(sql, notes, nowMs)
  const logs = lintLogs(sql, notes)
  const metrics = lintMetrics(sql, notes)
  return { notes: notes.list(), lookedAt: { spans, logs, metrics } }
}

function lintServices(sql: Sql, notes: Notes): void {
  for (const { name } of listServices(sql)) {
    if (!name.startsWith('unknown_service')) continue
    notes.see('service-name-missing', 'resource', name, name, () => ({
      level: 'problem',
      message: 'Telemetry came without `service.name`.',
      advice: "Set the service's name: in code, or as `OTEL_SERVICE_NAME`.",
    }))
  }
}

function lintLogs(sql: Sql, notes: Notes): number {
  const rows = sql.all(
    'SELECT l.id, l.severity, l.detail, r.service FROM logs l JOIN resources r ON r.id = l.resource WHERE l.bytes < 16384 ORDER BY l.id DESC LIMIT ?',
    MAX_LOGS,
  )
  for (const row of rows) {
    const detail = JSON.parse(String(row.detail)) as LogDetail
    const service = String(row.service)
    const example = { logId: Number(row.id) }
    lintAttributes(notes, detail.attributes, 'logs', service, example)
    const what = personalIn('', textOf(detail.body))
    if (what) {
      const wording = () => ({
        level: 'problem' as const,
        message: `A log message likely holds ${what}.`,
        advice: 'Do not log it, or redact it before it leaves the app.',
      })
      notes.see('personal-data', 'logs', 'body', service, wording, example)
    }
    if (Number(row.severity) === 0) {
      const wording = () => ({
        level: 'info' as const,
        message: 'Log records come without a severity number.',
        advice: 'Set it, so that they can be filtered by level.',
      })
      notes.see('severity-missing', 'logs', service, service, wording, example)
    }
  }
  return rows.length
}
