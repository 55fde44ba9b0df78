import { useEffect, useRef, useState } from 'preact/hooks'

export type LiveState = 'off' | 'connecting' | 'on' | 'lost'

/** What arrived, and what is known to have been missed. */
export interface LiveEvents<T> {
  onItem: (item: T) => void
  onGap: (skipped: number | undefined) => void
}

/** Listens to the live tail as long as there is a URL. The browser connects anew by itself. */
export function useLive<T>(
  url: string | undefined,
  types: 'trace' | 'log' | readonly ('trace' | 'log')[],
  events: LiveEvents<T>,
): LiveState {
  const [state, setState] = useState<LiveState>('off')
  const latest = useRef(events)
  latest.current = events
  useEffect(() => {
    if (url === undefined) {
      setState('off')
      return
    }
    setState('connecting')
    const source = new EventSource(url)
    source.addEventListener('open', () => setState('on'))
    source.addEventListener('error', () => setState('lost'))
    for (const type of typeof types === 'string' ? [types] : types) {
      source.addEventListener(type, (event) => {
        latest.current.onItem(JSON.parse(event.data) as T)
      })
    }
    source.addEventListener('gap', (event) => {
      latest.current.onGap((JSON.parse(event.data) as { skipped?: number }).skipped)
    })
    return () => source.close()
  }, [url, String(types)])
  return state
}
