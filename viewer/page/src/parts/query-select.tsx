import type { VNode } from 'preact'
import { setQuery } from '../data/place.ts'

interface QuerySelectProps {
  query: URLSearchParams
  name: string
  label: string
  /** An empty value takes the parameter out of the address. */
  options: readonly (readonly [value: string, text: string])[]
  /** The value where the address has none. */
  byDefault?: string | undefined
}

/** A choice that is part of the address. */
export function QuerySelect(props: QuerySelectProps): VNode {
  const { query, name, label, options, byDefault = '' } = props
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={query.get(name) ?? byDefault}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
