import type { Context } from 'hono'
import { prefersText } from './accept.ts'
import { type HealthReport, reportText } from './report.ts'

/** Answers with a report: 503 for `fail`, else 200. */
export const reply = (c: Context, report: HealthReport): Response => {
  const status = report.status === 'fail' ? 503 : 200
  return prefersText(c.req.header('Accept'))
    ? c.text(reportText(report), status)
    : c.body(JSON.stringify(report), status, { 'Content-Type': 'application/health+json' })
}
