import { readProfile } from '../profile/read.ts'
import { addProfile, type ProfileItem } from '../store/profiles.ts'
import type { Store } from '../store/store.ts'
import { Params } from './params.ts'

const MAX_NAME_LENGTH = 200

/** Keeps a profile that was sent, with what the query says of it. */
export function receiveProfile(
  store: Store,
  bytes: Uint8Array,
  search: URLSearchParams,
  nowMs: number,
): ProfileItem {
  const params = new Params(search)
  const profile = readProfile(new TextDecoder().decode(bytes), params.number('durationMs'))
  const endMs = params.number('endMs')
  const startMs =
    params.number('startMs') ?? (endMs === undefined ? null : endMs - profile.durationMs)
  const about = {
    name: (params.text('name') ?? 'unnamed').slice(0, MAX_NAME_LENGTH),
    service: (params.text('service') ?? '').slice(0, MAX_NAME_LENGTH),
    startMs,
  }
  return addProfile(store.sql, profile, about, store.retention.limits, nowMs)
}
