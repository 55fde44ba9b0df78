import type { VNode } from 'preact'
import { clock, day, utc } from '../format/time.ts'

interface TimeProps {
  ms: number
  /** With milliseconds. Default true. */
  precise?: boolean
}

/** A local time, with the one in UTC when pointed at. */
export function Time({ ms, precise = true }: TimeProps): VNode {
  const iso = utc(ms)
  const date = day(ms)
  return (
    <time dateTime={iso} title={`${iso} (UTC)`}>
      {date && <span class="date">{date} </span>}
      {clock(ms, precise)}
    </time>
  )
}
