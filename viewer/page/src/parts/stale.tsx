import type { VNode } from 'preact'
import type { Newest } from '../api-types.ts'
import { changed, currentPlace, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { ago } from '../format/time.ts'

interface StaleProps {
  query: URLSearchParams
  /** What of the newest is meant. */
  of: keyof Newest
  /** The time that is shown when nothing is said. */
  byDefault?: string
}

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const EVERY_MS = 5000

/** Where there is nothing in the last minutes: how old the newest is, and the way there. */
export function Stale({ query, of, byDefault }: StaleProps): VNode | null {
  const last = query.get('last') ?? byDefault
  const isAsked = last !== undefined && !query.has('to') && !query.has('from')
  const { data } = useJson<Newest>(isAsked ? '/api/newest' : undefined, { everyMs: EVERY_MS })
  const newestMs = data?.[of]
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(last ?? '') ?? []
  const lengthMs = Number(amount) * (UNIT_MS[unit] ?? 0)
  if (typeof newestMs !== 'number' || newestMs > Date.now() - lengthMs) return null
  const end = Math.ceil(newestMs / 1000) * 1000 + 1000
  const range = { from: String(end - lengthMs), to: String(end), last: undefined }
  return (
    <p class="banner" role="status">
      The newest is {ago(newestMs, Date.now()).replace(' ago', '')} old:{' '}
      <a href={urlOf(currentPlace().path, changed(query, range))}>go there</a>
    </p>
  )
}
