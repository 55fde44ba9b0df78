import { RefusedRequest } from '../otlp/read-body.ts'
import { type Profile, sumOf } from '../profile/profile.ts'
import type { Sql } from '../sql/sql.ts'

/** What lists say of a profile. */
export interface ProfileItem {
  id: number
  /** What was profiled, as whoever sent it says. */
  name: string
  /** The service whose requests it is joined with; '' for all. */
  service: string
  kind: Profile['kind']
  /** When it began, in milliseconds since 1970; null when that is not known. */
  startMs: number | null
  durationMs: number
  /** Of work in milliseconds, or bytes. */
  total: number
  functions: number
  receivedMs: number
}

/** What is said of a profile that is sent. */
export type ProfileAbout = Pick<ProfileItem, 'name' | 'service' | 'startMs'>

/** Profiles that are kept; the oldest goes first. */
const MAX_PROFILES = 20
/** One profile: what a row of a Durable Object holds. */
const MAX_BYTES_OF_ONE = 1_900_000
/** All of them, of what the store may hold. */
const SHARE_OF_STORE = 1 / 4

/**
 * Keeps a profile.
 *
 * @throws RefusedRequest 413 when it is larger than is kept.
 */
export function addProfile(
  sql: Sql,
  profile: Profile,
  about: ProfileAbout,
  limits: { maxBytes: number },
  nowMs: number,
): ProfileItem {
  const detail = JSON.stringify(profile)
  const bytes = new TextEncoder().encode(detail).byteLength
  const maxBytes = limits.maxBytes * SHARE_OF_STORE
  if (bytes > Math.min(MAX_BYTES_OF_ONE, maxBytes)) {
    throw new RefusedRequest(
      413,
      `the profile takes ${bytes} bytes, more than is kept: profile for a shorter time`,
    )
  }
  const { kind, durationMs, frames } = profile
  const rest = { ...about, kind, durationMs, total: sumOf(profile), functions: frames.length }
  return sql.transaction(() => {
    const row = sql.all(
      'INSERT INTO profiles (received_ms, bytes, about, detail) VALUES (?, ?, ?, ?) RETURNING id',
      nowMs,
      bytes,
      JSON.stringify(rest),
      detail,
    )[0]
    removeBeyond(sql, maxBytes)
    return { id: Number(row?.id), ...rest, receivedMs: nowMs }
  })
}

/** The newest first. */
export function listProfiles(sql: Sql): ProfileItem[] {
  return sql
    .all('SELECT id, received_ms, about FROM profiles ORDER BY id DESC')
    .map(({ id, received_ms, about }) => itemOf(Number(id), String(about), Number(received_ms)))
}

/** Undefined when it is not here. */
export function loadProfile(sql: Sql, id: number): (ProfileItem & Profile) | undefined {
  const row = sql.all('SELECT received_ms, about, detail FROM profiles WHERE id = ?', id)[0]
  if (!row) return undefined
  const profile = JSON.parse(String(row.detail)) as Profile
  return { ...profile, ...itemOf(id, String(row.about), Number(row.received_ms)) }
}

const itemOf = (id: number, about: string, receivedMs: number): ProfileItem => ({
  id,
  ...(JSON.parse(about) as Omit<ProfileItem, 'id' | 'receivedMs'>),
  receivedMs,
})

function removeBeyond(sql: Sql, maxBytes: number): void {
  let kept = 0
  let sum = 0
  for (const { id, bytes } of sql.all('SELECT id, bytes FROM profiles ORDER BY id DESC')) {
    kept++
    sum += Number(bytes)
    if (kept > MAX_PROFILES || sum > maxBytes) {
      sql.all('DELETE FROM profiles WHERE id <= ?', Number(id))
      return
    }
  }
}
