import { useEffect, useRef, useState } from 'preact/hooks'
import { setQuery } from '../data/place.ts'
import { formatZoom, parseZoom, type Stretch } from './zoom.ts'

/** Browsers refuse an address that changes with each turn of a wheel. */
const PAUSE_MS = 150

/** The stretch of the trace that is shown: at once, and soon after in the address. */
export function useZoom(
  text: string | null,
  lengthMs: number,
): [stretch: Stretch, zoom: (next: Stretch) => void] {
  const [passing, setPassing] = useState<Stretch>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => setPassing(undefined), [text])
  const zoom = (next: Stretch): void => {
    setPassing(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setQuery({ zoom: formatZoom(next, lengthMs) }, 'replace')
      // Where the address stays the same, nothing else takes it back.
      setPassing(undefined)
    }, PAUSE_MS)
  }
  return [passing ?? parseZoom(text, lengthMs), zoom]
}
