import type { VNode } from 'preact'
import type { ServiceItem } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'

/** Chooses one service, or all. */
export function ServiceSelect({ query }: { query: URLSearchParams }): VNode {
  const { data } = useJson<{ services: ServiceItem[] }>('/api/services', { everyMs: 15_000 })
  const chosen = query.get('service') ?? ''
  const names = new Set(data?.services.map(({ name }) => name))
  if (chosen) names.add(chosen)
  return (
    <label class="field">
      <span>Service</span>
      <select value={chosen} onChange={(event) => setQuery({ service: event.currentTarget.value })}>
        <option value="">All</option>
        {[...names].sort().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
