import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchKey } from '../api-types.ts'
import { setQuery, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { completions } from './completions.ts'

interface QueryBoxProps {
  query: URLSearchParams
  signal: 'traces' | 'logs'
}

const PAUSE_MS = 400

/**
 * One field for everything that can be asked, with keys and values to choose from. It takes effect
 * when typing pauses; the address carries it, without an entry of the history for each letter.
 */
export function QueryBox({ query, signal }: QueryBoxProps): VNode {
  const value = query.get('q') ?? ''
  const [typed, setTyped] = useState(value)
  const [hasFocus, setFocus] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const keys = useJson<{ keys: SearchKey[] }>(hasFocus ? urlOf('/api/keys', { signal }) : undefined)
  const put = (text: string): void => {
    clearTimeout(timer.current)
    if (text !== value) setQuery({ q: text }, 'replace')
  }
  const options = hasFocus ? completions(typed, keys.data?.keys ?? []) : []
  return (
    <label class="field search">
      <span>Search</span>
      <input
        type="text"
        value={typed}
        placeholder='words, ids, key=value, duration>100ms, not status=error, name~"check*out"'
        spellcheck={false}
        autocomplete="off"
        list={`completions-${signal}`}
        data-search=""
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onInput={(event) => {
          const text = event.currentTarget.value
          setTyped(text)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => put(text), PAUSE_MS)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') put(event.currentTarget.value)
        }}
      />
      <datalist id={`completions-${signal}`}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </label>
  )
}
