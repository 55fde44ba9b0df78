import {
  type FunctionFigures,
  figuresOf,
  type Profile,
  type ProfileFrame,
} from '../profile/profile.ts'
import type { Sql } from '../sql/sql.ts'
import { loadProfile, type ProfileItem } from '../store/profiles.ts'
import { type ProfileRequests, requestsDuring } from './profile-requests.ts'

/** A profile, what its functions spent, and which requests ran meanwhile. */
export interface ProfileView extends ProfileItem, Pick<Profile, 'unit' | 'nodes'> {
  frames: (ProfileFrame & FunctionFigures)[]
  /** Null when it is not known when the profile was made. */
  requests: ProfileRequests | null
}

/** Undefined when it is not here. */
export function viewProfile(sql: Sql, id: number): ProfileView | undefined {
  const profile = loadProfile(sql, id)
  if (!profile) return undefined
  const { busy, stepMs, ...rest } = profile
  const figures = figuresOf(profile)
  const frames = rest.frames.map((frame, index) => ({
    ...frame,
    ...(figures[index] ?? { self: 0, total: 0 }),
  }))
  const { startMs } = profile
  const requests = startMs === null ? null : requestsDuring(sql, { ...profile, startMs })
  return { ...rest, frames, requests }
}
