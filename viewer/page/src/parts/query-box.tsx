import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchKey } from '../api-types.ts'
import { setQuery, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { completions } from './completions.ts'

interface QueryBoxProps {
  query: URLSearchParams
  signal: 'traces' | 'logs' | 'metrics'
  /** The parameter of the address. Default `q`. */
  name?: string
  label?: string
}

const EXAMPLES = {
  traces: 'words, ids, key=value, duration>100ms, not status=error, name~"check*out"',
  logs: 'words, ids, key=value, level=error, not region exists, body~"check*out"',
  metrics: 'parts of names, key=value, type=histogram, http.route~orders',
}

const PAUSE_MS = 400

/**
 * One field for everything that can be asked, with keys and values to choose from. It takes effect
 * when typing pauses; the address carries it, without an entry of the history for each letter.
 */
export function QueryBox({ query, signal, name = 'q', label = 'Search' }: QueryBoxProps): VNode {
  const value = query.get(name) ?? ''
  const [typed, setTyped] = useState(value)
  const [hasFocus, setFocus] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const keys = useJson<{ keys: SearchKey[] }>(hasFocus ? urlOf('/api/keys', { signal }) : undefined)
  const put = (text: string): void => {
    clearTimeout(timer.current)
    if (text !== value) setQuery({ [name]: text }, 'replace')
  }
  const options = hasFocus ? completions(typed, keys.data?.keys ?? []) : []
  return (
    <label class="field search">
      <span>{label}</span>
      <input
        type="text"
        value={typed}
        placeholder={EXAMPLES[signal]}
        spellcheck={false}
        autocomplete="off"
        list={`completions-${name}`}
        data-search={name === 'q' ? '' : undefined}
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
      <datalist id={`completions-${name}`}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </label>
  )
}
