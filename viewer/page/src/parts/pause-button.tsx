import type { VNode } from 'preact'
import { setQuery } from '../data/place.ts'

/** Whether what is shown follows what arrives: until someone pauses it, or marks an end. */
export function isFollowing(query: URLSearchParams): boolean {
  return query.get('live') !== 'no' && !query.has('to')
}

/** Holds a view as it is, or lets it follow again. Nothing to hold where an end is marked. */
export function PauseButton({ query }: { query: URLSearchParams }): VNode | null {
  if (query.has('to')) return null
  const isPaused = query.get('live') === 'no'
  return (
    <button
      type="button"
      aria-pressed={isPaused}
      onClick={() => setQuery({ live: isPaused ? undefined : 'no' }, 'replace')}
    >
      {isPaused ? 'Follow' : 'Pause'}
    </button>
  )
}
