import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TraceSpan } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { ScrollBox } from '../parts/scroll-box.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { byName, type NameColumn, sortNames } from './by-name.ts'

interface NamesTableProps {
  spans: readonly TraceSpan[]
  query: URLSearchParams
  onSelect: (spanId: string) => void
}

const COLUMNS: readonly (readonly [NameColumn, string])[] = [
  ['name', 'Name'],
  ['count', 'Count'],
  ['errors', 'Errors'],
  ['totalMs', 'Total'],
  ['meanMs', 'Mean'],
  ['selfMs', 'Self'],
  ['share', 'Share of self'],
]
const ROWS_SHOWN = 500

/** Where the time went, by names: how often, how long in all, how long in themselves. */
export function NamesTable({ spans, query, onSelect }: NamesTableProps): VNode {
  const by = query.get('by') ?? '-selfMs'
  const isAscending = !by.startsWith('-')
  const column = COLUMNS.find(([name]) => name === by.replace('-', ''))?.[0] ?? 'selfMs'
  const figures = useMemo(() => byName(spans), [spans])
  const sorted = useMemo(
    () => sortNames([...figures], column, isAscending),
    [figures, column, isAscending],
  )
  return (
    <ScrollBox class="scroll names-table" label="Spans by name">
      <table class="figures">
        <thead>
          <tr>
            {COLUMNS.map(([name, title]) => {
              const isSorted = name === column
              const next = isSorted ? !isAscending : name === 'name'
              return (
                <th
                  key={name}
                  scope="col"
                  aria-sort={isSorted ? (isAscending ? 'ascending' : 'descending') : undefined}
                >
                  <button
                    type="button"
                    class="sort"
                    onClick={() => setQuery({ by: `${next ? '' : '-'}${name}` }, 'replace')}
                  >
                    {title}
                    <span aria-hidden="true">
                      {isSorted ? (isAscending ? '\u00a0↑' : '\u00a0↓') : ''}
                    </span>
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, ROWS_SHOWN).map((each) => (
            <tr key={`${each.service}\0${each.name}`}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  title="Its slowest span"
                  onClick={() => onSelect(each.slowest.spanId)}
                >
                  <bdi>{each.name || '(unnamed)'}</bdi>
                </button>{' '}
                <span class="muted">
                  <ServiceName name={each.service} />
                </span>
              </th>
              <td>{formatCount(each.count)}</td>
              <td class={each.errors > 0 ? 'bad' : 'muted'}>{formatCount(each.errors)}</td>
              <td>{formatDuration(each.totalMs)}</td>
              <td>{formatDuration(each.totalMs / each.count)}</td>
              <td>{formatDuration(each.selfMs)}</td>
              <td>
                <span class="bar" style={{ '--share': each.share }}>
                  {formatShare(Number(each.share.toPrecision(3)))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > ROWS_SHOWN && (
        <p class="muted">and {formatCount(sorted.length - ROWS_SHOWN)} more names</p>
      )}
    </ScrollBox>
  )
}
