import type { Origin, SpanDetail } from '../otlp/model.ts'
import { attributeOf, textOf } from '../otlp/value.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { httpFacts } from '../store/http.ts'
import { lintAttributes } from './attributes.ts'
import type { Note, NoteExample, Notes } from './note.ts'
import { SpanNames } from './span-names.ts'

const MAX_SPANS = 2000
const SERVER = 2
const ERROR = 2
const FUTURE_MS = 300_000
const PAST_MS = 30 * 86_400_000

type Wording = Pick<Note, 'level' | 'message' | 'advice'>

interface Seen {
  row: Row
  detail: SpanDetail
  service: string
  example: NoteExample
}

/** Looks at the newest spans. Returns how many. */
export function lintSpans(sql: Sql, notes: Notes, nowMs: number): number {
  // A span with a very large detail is left out, so that these fit into memory together.
  const rows = sql.all(
    'SELECT s.*, r.service, r.content AS resource, t.trace_id FROM spans s JOIN resources r ON r.id = s.resource JOIN traces t ON t.id = s.trace WHERE length(s.detail) < 16384 ORDER BY s.id DESC LIMIT ?',
    MAX_SPANS,
  )
  const names = new SpanNames()
  const known = new Set(rows.map((row) => `${row.trace} ${row.span_id}`))
  const oldest = Math.floor(Number(rows.at(-1)?.id ?? 0) / SPANS_PER_TRACE)
  for (const row of rows) {
    const detail = JSON.parse(String(row.detail)) as SpanDetail
    const service = String(row.service)
    const example = { traceId: String(row.trace_id), spanId: String(row.span_id) }
    const seen = { row, detail, service, example }
    lintAttributes(notes, detail.attributes, 'traces', service, example)
    names.add({ service, name: String(row.name), example })
    if (row.name === '') see(notes, 'span-name-missing', seen, service, NAME_MISSING)
    lintHttp(notes, seen)
    lintTime(notes, seen, nowMs)
    // Of the oldest trace looked at, some spans may be out of sight.
    const isOrphan = row.parent_id !== '' && !known.has(`${row.trace} ${row.parent_id}`)
    if (isOrphan && Number(row.trace) > oldest)
      see(notes, 'missing-parent', seen, String(row.name), MISSING_PARENT)
  }
  names.lint(notes)
  return rows.length
}

function see(notes: Notes, rule: string, seen: Seen, subject: string, wording: Wording): void {
  notes.see(rule, 'traces', subject, seen.service, () => wording, seen.example)
}

function lintHttp(notes: Notes, seen: Seen): void {
  const { row, detail } = seen
  const { route, statusCode, method } = httpFacts(detail.attributes)
  const isServer = Number(row.kind) === SERVER
  const isError = Number(row.status) === ERROR
  const name = String(row.name)
  if (isServer && method && !route && statusCode !== 404 && statusCode !== 405) {
    see(notes, 'route-missing', seen, name, ROUTE_MISSING)
  }
  if (isServer && isError && statusCode >= 400 && statusCode < 500) {
    see(notes, 'client-error-as-failure', seen, name, CLIENT_ERROR)
  }
  if (isServer && !isError && statusCode >= 500) {
    see(notes, 'failure-not-marked', seen, name, NOT_MARKED)
  }
  if (isError && method && textOf(attributeOf(detail.attributes, 'error.type')) === '') {
    see(notes, 'error-type-missing', seen, name, ERROR_TYPE)
  }
}

function lintTime(notes: Notes, seen: Seen, nowMs: number): void {
  const { row, detail, service } = seen
  const startMs = Number(row.start_us) / 1000
  if (BigInt(detail.endNano) < BigInt(detail.startNano)) {
    see(notes, 'ends-before-start', seen, String(row.name), ENDS_BEFORE)
  } else if (Number(row.duration_ns) === 0) {
    see(notes, 'zero-length', seen, String(row.name), zeroLength(String(row.resource)))
  }
  if (startMs > nowMs + FUTURE_MS || startMs < nowMs - PAST_MS) {
    see(notes, 'clock', seen, service, CLOCK)
  }
}

const MISSING_PARENT: Wording = {
  level: 'info',
  message: 'The parent of this span has not arrived.',
  advice:
    'Its sender may still hold it, may not be instrumented, may have been sampled out, or may send elsewhere.',
}
const NAME_MISSING: Wording = {
  level: 'problem',
  message: 'A span has no name.',
  advice: 'Name it after the operation: `GET /orders/:id`.',
}
const ROUTE_MISSING: Wording = {
  level: 'advice',
  message: 'A server span has no `http.route`.',
  advice: 'Set the route, so that requests can be told apart by what they ask for.',
}
const CLIENT_ERROR: Wording = {
  level: 'advice',
  message: 'A server span with a 4xx status is marked as failed.',
  advice:
    "Leave the status unset: the caller's mistake is not the server's error (HTTP conventions).",
}
const NOT_MARKED: Wording = {
  level: 'advice',
  message: 'A server span with a 5xx status is not marked as failed.',
  advice: 'Set the status to Error, or error rates will be too low.',
}
const ERROR_TYPE: Wording = {
  level: 'advice',
  message: 'A failed HTTP span has no `error.type`.',
  advice: "Record the error's class, or the status code as text.",
}
const ENDS_BEFORE: Wording = {
  level: 'problem',
  message: 'A span ends before it starts.',
  advice:
    'Its clock was set back, or start and end come from different clocks. It is shown with no length.',
}
/** What stands still on one runtime is a fault on another: the sender's resource says which it is. */
function zeroLength(resource: string): Wording {
  const { attributes } = JSON.parse(resource) as Origin
  const of = (key: string): string => textOf(attributeOf(attributes, key))
  const runtime = of('process.runtime.name')
  const isWorkers =
    /cloudflare/.test(of('cloud.provider') + of('cloud.platform')) || runtime === 'workerd'
  return {
    level: 'info',
    message: 'A span took no time.',
    advice: isWorkers
      ? STANDING_CLOCK
      : `${runtime ? `On ${runtime} the clock runs` : 'Where the clock runs'} while code does: either the work took less than one of its ticks, or start and end are the same by mistake, as when a span is ended where it is started.`,
  }
}

const STANDING_CLOCK =
  'On Cloudflare Workers the clock stands still while code runs, and moves with I/O only: work without I/O takes 0 ms. That is a protection against timing attacks, not a mistake. Measure such work with CPU time, or locally.'
const CLOCK: Wording = {
  level: 'problem',
  message: "This service's clock is wrong: its spans are in the future or more than 30 days old.",
  advice: 'Set the clock. Telemetry with such times is refused or lost by most backends.',
}
