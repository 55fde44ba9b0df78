import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { setQuery } from '../data/place.ts'

interface QueryFieldProps {
  query: URLSearchParams
  name: string
  label: string
  placeholder?: string
  /** A number of milliseconds and the like. */
  isNumber?: boolean
  /** The field that `/` goes to. */
  isSearch?: boolean
}

const PAUSE_MS = 250

/** A field that is part of the address; it takes effect when typing pauses. */
export function QueryField(props: QueryFieldProps): VNode {
  const { query, name, label, placeholder, isNumber = false, isSearch = false } = props
  const value = query.get(name) ?? ''
  const [typed, setTyped] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setTyped(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const put = (text: string): void => {
    clearTimeout(timer.current)
    if (text !== value) setQuery({ [name]: text }, 'replace')
  }
  return (
    <label class={isSearch ? 'field search' : 'field'}>
      <span>{label}</span>
      <input
        type="text"
        inputMode={isNumber ? 'decimal' : 'text'}
        value={typed}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        data-search={isSearch ? '' : undefined}
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
    </label>
  )
}
