import type { VNode } from 'preact'
import { setQuery } from '../data/place.ts'
import { AttributeFilters, FilterChips } from '../parts/attribute-filters.tsx'
import { QueryField } from '../parts/query-field.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'

/** Parameters of the address that are handed to the API as they are. */
export const LOG_FILTERS: readonly string[] = [
  'last',
  'from',
  'to',
  'service',
  'attribute',
  'text',
  'level',
  'eventName',
  'traceId',
  'spanId',
]

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** Which records are wanted. */
export function LogFilters({ query }: { query: URLSearchParams }): VNode {
  return (
    <search class="filters">
      <QueryField
        query={query}
        name="text"
        label="Search"
        placeholder="words, beginnings*"
        isSearch
      />
      <label class="field">
        <span>Level</span>
        <select
          value={query.get('level') ?? ''}
          onChange={(event) => setQuery({ level: event.currentTarget.value })}
        >
          <option value="">All</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {level === 'fatal' ? level : `${level} and up`}
            </option>
          ))}
        </select>
      </label>
      <ServiceSelect query={query} />
      <RangeSelect query={query} />
      <AttributeFilters query={query} />
      <FilterChips
        query={query}
        keys={[
          ['traceId', 'trace'],
          ['spanId', 'span'],
          ['eventName', 'event'],
          ['attribute', ''],
        ]}
      />
    </search>
  )
}
