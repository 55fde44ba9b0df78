import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { AttributeFilters, FilterChips } from '../parts/attribute-filters.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { QueryField } from '../parts/query-field.tsx'
import { QuerySelect } from '../parts/query-select.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'

/** Parameters of the address that are handed to the API as they are. */
export const TRACE_FILTERS: readonly string[] = [
  'last',
  'from',
  'to',
  'service',
  'attribute',
  'q',
  'text',
  'route',
  'name',
  'status',
  'httpStatus',
  'minMs',
  'maxMs',
  'sort',
]

const STATUSES = [
  ['', 'Any'],
  ['error', 'With errors'],
  ['ok', 'Without errors'],
] as const
const ORDERS = [
  ['', 'Newest'],
  ['slowest', 'Slowest'],
] as const
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
      <QueryBox query={query} signal="traces" />
      <ServiceSelect query={query} />
      <QuerySelect query={query} name="status" label="Status" options={STATUSES} />
      <RangeSelect query={query} />
      <QuerySelect query={query} name="sort" label="Order" options={ORDERS} />
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
          ['text', 'words'],
          ['name', 'name'],
          ['attribute', ''],
        ]}
      />
    </search>
  )
}
