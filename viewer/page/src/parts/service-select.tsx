import type { VNode } from 'preact'
import type { ServiceItem } from '../api-types.ts'
import { useJson } from '../data/use-json.ts'
import { QuerySelect } from './query-select.tsx'

/** Chooses one service, or all. */
export function ServiceSelect({ query }: { query: URLSearchParams }): VNode {
  const { data } = useJson<{ services: ServiceItem[] }>('/api/services', { everyMs: 15_000 })
  const chosen = query.get('service') ?? ''
  const names = new Set(data?.services.map(({ name }) => name))
  if (chosen) names.add(chosen)
  const options = [...names].sort().map((name) => [name, name] as const)
  return (
    <QuerySelect query={query} name="service" label="Service" options={[['', 'All'], ...options]} />
  )
}
