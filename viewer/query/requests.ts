import { isTrue } from '../search/evaluate.ts'
import type { Expression } from '../search/parse.ts'
import { SPAN_SEARCH_COLUMNS, searchableSpan } from '../search/records.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { WORKFLOW_KEY } from '../store/request-counts.ts'

/** Which requests, that is server and consumer spans but for runs of Workflows, are meant. */
export interface RequestFilter {
  fromMs: number
  toMs: number
  service?: string
  /** True of the request's span. */
  query?: Expression
}

/** How long a run of a Workflow takes is no latency: it lasts over its sleeps. */
const RUN = JSON.stringify(WORKFLOW_KEY)

/** Newest spans among which requests are looked for, and requests that are read in whole. */
const MAX_LOOKED_AT = 60_000
const MAX_REQUESTS = 2000

/** Rows of the newest requests, those that arrived last first, with all columns that queries read. */
export function readRequests(
  sql: Sql,
  { fromMs, toMs, service, query }: RequestFilter,
): { rows: Row[]; truncated: boolean } {
  // The inner select looks at no more than the newest; a filter outside of it cannot make it longer.
  const found = sql.all(
    `SELECT id FROM (SELECT id, kind, start_us, resource FROM spans ORDER BY id DESC LIMIT ?) s
      WHERE kind IN (2, 5) AND start_us >= ? AND start_us <= ?
        AND (? = '' OR resource IN (SELECT id FROM resources WHERE service = ?)) LIMIT ?`,
    MAX_LOOKED_AT,
    fromMs * 1000,
    toMs * 1000,
    service ?? '',
    service ?? '',
    MAX_REQUESTS + 1,
  )
  const rows: Row[] = []
  for (const { id } of found.slice(0, MAX_REQUESTS)) {
    const row = sql.all(
      `SELECT ${SPAN_SEARCH_COLUMNS}, s.start_us FROM spans s JOIN resources r ON r.id = s.resource JOIN traces t ON t.id = s.trace WHERE s.id = ?`,
      Number(id),
    )[0]
    if (!row || String(row.detail).includes(RUN)) continue
    if (!query || isTrue(query, searchableSpan(row))) rows.push(row)
  }
  return { rows, truncated: found.length > MAX_REQUESTS }
}
