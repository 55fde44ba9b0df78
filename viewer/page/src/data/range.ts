import { changed } from './place.ts'

/** The time that is shown by default where the API needs one. */
export const DEFAULT_LAST = '15m'

/** Times before now that can be chosen. */
export const LASTS: readonly (readonly [value: string, name: string])[] = [
  ['5m', 'Last 5 minutes'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['1d', 'Last day'],
]

const CARRIED = ['last', 'from', 'to', 'service'] as const

/** What stays the same from one view to the next: the time and the service. */
export function carried(query: URLSearchParams): URLSearchParams {
  return changed(
    new URLSearchParams(),
    Object.fromEntries(CARRIED.map((key) => [key, query.get(key) ?? undefined])),
  )
}

/** Senders hold what they have for some seconds. */
const ON_ITS_WAY_MS = 5000

/** Whether a slot has ended, and what belongs to it is here: before, it would look like a fall. */
export function isComplete(timeMs: number, stepMs: number, toMs: number): boolean {
  return timeMs + stepMs <= Math.min(toMs, Date.now() - ON_ITS_WAY_MS)
}

/** The parameters of the API among those of the address. */
export function pick(query: URLSearchParams, keys: readonly string[]): URLSearchParams {
  const result = new URLSearchParams()
  for (const key of keys) for (const value of query.getAll(key)) result.append(key, value)
  return result
}
