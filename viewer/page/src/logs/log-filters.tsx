import type { VNode } from 'preact'
import { AttributeFilters, FilterChips } from '../parts/attribute-filters.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { QuerySelect } from '../parts/query-select.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'

/** Parameters of the address that are handed to the API as they are. */
export const LOG_FILTERS: readonly string[] = [
  'last',
  'from',
  'to',
  'service',
  'attribute',
  'q',
  'text',
  'level',
  'eventName',
  'traceId',
  'spanId',
]

const LEVELS = [
  ['', 'All'],
  ['trace', 'trace and up'],
  ['debug', 'debug and up'],
  ['info', 'info and up'],
  ['warn', 'warn and up'],
  ['error', 'error and up'],
  ['fatal', 'fatal'],
] as const

/** Which records are wanted. */
export function LogFilters({ query }: { query: URLSearchParams }): VNode {
  return (
    <search class="filters">
      <QueryBox query={query} signal="logs" />
      <QuerySelect query={query} name="level" label="Level" options={LEVELS} />
      <ServiceSelect query={query} />
      <RangeSelect query={query} />
      <AttributeFilters query={query} />
      <FilterChips
        query={query}
        keys={[
          ['text', 'words'],
          ['traceId', 'trace'],
          ['spanId', 'span'],
          ['eventName', 'event'],
          ['attribute', ''],
        ]}
      />
    </search>
  )
}
