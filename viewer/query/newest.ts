import type { Sql } from '../sql/sql.ts'
import { STEPS_S } from '../store/request-buckets.ts'

/** When the newest of each kind began, in milliseconds since 1970; null where there is none. */
export interface Newest {
  /** What the overview counts. Within ten seconds, or five minutes for what is older than hours. */
  requestsMs: number | null
  tracesMs: number | null
  logsMs: number | null
  pointsMs: number | null
}

/** What arrives last is not always the newest, but among the last. */
const LOOKED_AT = 200

/** Looks for the newest, by its own time. */
export function newest(sql: Sql): Newest {
  const among = (table: 'traces' | 'logs' | 'points', column: string): number | null => {
    const row = sql.all(
      `SELECT max(${column}) AS us FROM (SELECT ${column} FROM ${table} ORDER BY id DESC LIMIT ?)`,
      LOOKED_AT,
    )[0]
    return typeof row?.us === 'number' ? row.us / 1000 : null
  }
  let requestsMs: number | null = null
  for (const stepS of STEPS_S) {
    const row = sql.all('SELECT max(slot) AS slot FROM requests WHERE step_s = ?', stepS)[0]
    if (typeof row?.slot === 'number') requestsMs ??= row.slot * stepS * 1000
  }
  return {
    requestsMs,
    tracesMs: among('traces', 'start_us'),
    logsMs: among('logs', 'time_us'),
    pointsMs: among('points', 'time_us'),
  }
}
