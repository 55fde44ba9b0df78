import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { setQuery } from '../data/place.ts'
import { AttributeFilters, FilterChips } from '../parts/attribute-filters.tsx'
import { QueryField } from '../parts/query-field.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'

/** Parameters of the address that are handed to the API as they are. */
export const TRACE_FILTERS: readonly string[] = [
  'last',
  'from',
  'to',
  'service',
  'attribute',
  'text',
  'route',
  'name',
  'status',
  'httpStatus',
  'minMs',
  'maxMs',
  'sort',
]

const FURTHER = ['route', 'httpStatus', 'minMs', 'maxMs']

/** Which traces are wanted. */
export function TraceFilters({ query }: { query: URLSearchParams }): VNode {
  const isFurther = FURTHER.some((key) => query.has(key))
  const [isOpen, setOpen] = useState(isFurther)
  // What is on must be seen; what was opened stays open when it is taken off.
  useEffect(() => {
    if (isFurther) setOpen(true)
  }, [isFurther])
  return (
    <search class="filters">
      <QueryField
        query={query}
        name="text"
        label="Search"
        placeholder="words, beginnings*, or a trace id"
        isSearch
      />
      <ServiceSelect query={query} />
      <label class="field">
        <span>Status</span>
        <select
          value={query.get('status') ?? ''}
          onChange={(event) => setQuery({ status: event.currentTarget.value })}
        >
          <option value="">Any</option>
          <option value="error">With errors</option>
          <option value="ok">Without errors</option>
        </select>
      </label>
      <RangeSelect query={query} />
      <label class="field">
        <span>Order</span>
        <select
          value={query.get('sort') ?? ''}
          onChange={(event) => setQuery({ sort: event.currentTarget.value })}
        >
          <option value="">Newest</option>
          <option value="slowest">Slowest</option>
        </select>
      </label>
      <details
        class="further"
        open={isOpen}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary>More filters</summary>
        <div class="fields">
          <QueryField query={query} name="route" label="Route" placeholder="/orders/:id" />
          <QueryField
            query={query}
            name="httpStatus"
            label="HTTP status"
            placeholder="404 or 5xx"
          />
          <QueryField query={query} name="minMs" label="At least, ms" isNumber />
          <QueryField query={query} name="maxMs" label="At most, ms" isNumber />
          <AttributeFilters query={query} />
        </div>
      </details>
      <FilterChips
        query={query}
        keys={[
          ['name', 'name'],
          ['attribute', ''],
        ]}
      />
    </search>
  )
}
