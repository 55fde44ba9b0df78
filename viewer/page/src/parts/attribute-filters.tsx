import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { currentPlace, setQuery } from '../data/place.ts'

/** `key=value` conditions, as many as are needed. */
export function AttributeFilters({ query }: { query: URLSearchParams }): VNode {
  const [typed, setTyped] = useState('')
  const given = query.getAll('attribute')
  const isComplete = typed.indexOf('=') > 0
  const add = (event: Event): void => {
    event.preventDefault()
    if (!isComplete) return
    setQuery({ attribute: [...given, typed.trim()] })
    setTyped('')
  }
  return (
    <form class="attribute-filters" onSubmit={add}>
      <label class="field">
        <span>Attribute</span>
        <input
          value={typed}
          placeholder="key=value, then Enter"
          spellcheck={false}
          autocomplete="off"
          aria-invalid={typed !== '' && !isComplete}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
    </form>
  )
}

interface FilterChipsProps {
  query: URLSearchParams
  /** Parameters that are shown by nothing else. */
  keys: readonly (readonly [key: string, label: string])[]
}

/** Filters that are on, each to be taken off. */
export function FilterChips({ query, keys }: FilterChipsProps): VNode | null {
  const chips = keys.flatMap(([key, label]) =>
    query.getAll(key).map((value) => ({ key, label, value })),
  )
  if (chips.length === 0) return null
  return (
    <ul class="chips" aria-label="Filters">
      {chips.map(({ key, label, value }) => (
        <li key={`${key} ${value}`}>
          <button type="button" class="chip" onClick={() => remove(key, value)}>
            {label && <span class="muted">{label} </span>}
            {value}
            <span aria-hidden="true"> ×</span>
            <span class="visually-hidden"> remove</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function remove(key: string, value: string): void {
  const rest = currentPlace()
    .query.getAll(key)
    .filter((each) => each !== value)
  setQuery({ [key]: rest })
}
