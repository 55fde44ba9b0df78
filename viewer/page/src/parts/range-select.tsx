import type { VNode } from 'preact'
import { setQuery } from '../data/place.ts'
import { LASTS } from '../data/range.ts'
import { clock, day } from '../format/time.ts'
import { QuerySelect } from './query-select.tsx'

const ALL_OR_LASTS = [['', 'All there is'], ...LASTS] as const

interface RangeSelectProps {
  query: URLSearchParams
  /** What is shown when nothing is said; undefined for all there is. */
  byDefault?: string
}

/** Chooses the time that is shown. A time marked in a chart is shown until it is taken back. */
export function RangeSelect({ query, byDefault }: RangeSelectProps): VNode {
  const from = query.get('from')
  const to = query.get('to')
  if (from || to) {
    return (
      <button
        type="button"
        class="chip"
        onClick={() => setQuery({ from: undefined, to: undefined })}
        title="Show the usual time again"
      >
        {end(from, 'the beginning')} – {end(to, 'now')} <span aria-hidden="true">×</span>
        <span class="visually-hidden"> remove</span>
      </button>
    )
  }
  const options = byDefault === undefined ? ALL_OR_LASTS : LASTS
  return (
    <QuerySelect query={query} name="last" label="Time" options={options} byDefault={byDefault} />
  )
}

function end(ms: string | null, otherwise: string): string {
  return ms ? `${day(Number(ms))} ${clock(Number(ms), false)}`.trim() : otherwise
}
