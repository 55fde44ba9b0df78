import type { Row, Sql } from '../sql/sql.ts'
import { type Failure, placeOf } from './failure.ts'

/** Spans that did not fail themselves between a failure and the next one above it. */
const MAX_STEPS_UP = 64

/**
 * Of failed spans those where a failure began, each once: not those that waited for them, directly or
 * through spans that say nothing of it, nor those that only sum up what failed in spans linked to them,
 * as the connection of a WebSocket sums up its messages. An origin without a stack has that of whoever
 * tells of the same exception above it.
 */
export function originsOf(sql: Sql, failures: readonly Failure[]): Failure[] {
  const byPlace = new Map(failures.map((failure) => [placeOf(failure.row), failure]))
  const parents = new Map<string, Row | undefined>()
  const above = new Map<Failure, Failure>()
  for (const failure of failures) {
    let { row } = failure
    for (let step = 0; step < MAX_STEPS_UP && row.parent_id; step++) {
      const place = placeOf(row, row.parent_id)
      const found = byPlace.get(place)
      if (found) {
        if (found !== failure) above.set(failure, found)
        break
      }
      if (!parents.has(place)) parents.set(place, parentOf(sql, failure.row, row.parent_id))
      const parent = parents.get(place)
      if (!parent) break
      row = parent
    }
  }
  const waited = new Set(above.values())
  const summedUp = summaries(failures)
  return failures
    .filter((failure) => !waited.has(failure) && !summedUp.has(failure))
    .map((failure) => ({ ...failure, at: failure.at ?? stackAbove(failure, above) }))
}

function parentOf(sql: Sql, { trace }: Row, spanId: unknown): Row | undefined {
  return sql.all(
    'SELECT id, span_id, parent_id FROM spans WHERE trace = ? AND span_id = ?',
    Number(trace),
    String(spanId),
  )[0]
}

/** Failures without a message of their own, to which another failure of their type is linked. */
function summaries(failures: readonly Failure[]): Set<Failure> {
  const byIds = new Map<string, Failure>()
  for (const failure of failures) {
    if (!failure.message) byIds.set(`${failure.row.trace_id} ${failure.row.span_id}`, failure)
  }
  const found = new Set<Failure>()
  for (const { type, message, detail } of failures) {
    if (!message) continue
    for (const { traceId, spanId } of detail.links ?? []) {
      const linked = byIds.get(`${traceId} ${spanId}`)
      if (linked && (linked.type === '' || linked.type === type)) found.add(linked)
    }
  }
  return found
}

function stackAbove(origin: Failure, above: ReadonlyMap<Failure, Failure>): string | null {
  const seen = new Set<Failure>()
  for (let each = above.get(origin); each && !seen.has(each); each = above.get(each)) {
    seen.add(each)
    if (each.at && each.message === origin.message) return each.at
  }
  return null
}
