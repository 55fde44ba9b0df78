import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { setQuery } from '../data/place.ts'
import { formatCount } from '../format/number.ts'
import type { TraceState } from './use-trace-state.ts'

interface FindFieldProps {
  query: URLSearchParams
  state: TraceState
}

const PAUSE_MS = 150

/** Finds spans by what is in them: how many there are, the next, and the one before. */
export function FindField({ query, state }: FindFieldProps): VNode {
  const value = query.get('find') ?? ''
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const { found, selected } = state
  const at = found && selected ? found.indexOf(selected.spanId) + 1 : 0
  const put = (text: string): void => {
    clearTimeout(timer.current)
    if (text !== value) setQuery({ find: text }, 'replace')
  }
  return (
    <div class="find-field">
      <label class="field">
        <span>Find</span>
        <input
          type="text"
          value={typed}
          placeholder="name, value, id, log"
          spellcheck={false}
          autocomplete="off"
          data-search=""
          onInput={(event) => {
            const text = event.currentTarget.value
            setTyped(text)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => put(text), PAUSE_MS)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            // The first time it is looked for, the next time gone to.
            if (typed !== value) put(typed)
            else state.nextFound(event.shiftKey ? -1 : 1)
          }}
        />
      </label>
      <span class="muted" role="status">
        {found &&
          (at > 0
            ? `${formatCount(at)} of ${formatCount(found.length)}`
            : `${formatCount(found.length)} found`)}
      </span>
      {found && found.length > 0 && (
        <>
          <button
            type="button"
            aria-label="The one before"
            title="N"
            onClick={() => state.nextFound(-1)}
          >
            ↑
          </button>
          <button
            type="button"
            aria-label="The next one"
            title="n"
            onClick={() => state.nextFound(1)}
          >
            ↓
          </button>
        </>
      )}
    </div>
  )
}
