import type { VNode } from 'preact'
import type { MetricView, Plain } from '../api-types.ts'
import { sorted } from '../data/sorting.ts'
import { lineColour } from '../format/colour.ts'
import { formatNumber, formatValue } from '../format/number.ts'
import { textOf } from '../format/plain.ts'
import { FiguresTable } from '../parts/figures-table.tsx'

/** What tells a series from the others. */
export function seriesName(attributes: Record<string, Plain>): string {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return 'all'
  return entries
    .map(([key, value]) =>
      entries.length === 1 ? textOf(value) : `${lastPart(key)}=${textOf(value)}`,
    )
    .join(' ')
}

const lastPart = (key: string): string => key.split('.').at(-1) ?? key

const QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const

interface SeriesTableProps {
  view: MetricView
  query: URLSearchParams
}

/** The series with all of their attributes, the largest first; of histograms with their quantiles. */
export function SeriesTable({ view: { series, shows, metric }, query }: SeriesTableProps): VNode {
  const total = shows === 'rate' ? 'Count in this time' : 'Last value'
  const withQuantiles = series.some(({ quantiles }) => quantiles)
  const named = series.map((each, at) => ({ ...each, colour: lineColour(at) }))
  const { rows, sorting } = sorted(query, 'series', named, {
    Attributes: ({ attributes }) => seriesName(attributes),
    [total]: (each) => each.total,
    ...Object.fromEntries(
      QUANTILES.map((name) => [
        name,
        ({ quantiles }: (typeof named)[number]) => quantiles?.[name] ?? null,
      ]),
    ),
  })
  return (
    <section>
      <h2>Series</h2>
      <FiguresTable
        columns={['Attributes', total, ...(withQuantiles ? QUANTILES : [])]}
        sorting={sorting}
        label="Series"
      >
        {rows.map((each) => (
          <tr key={JSON.stringify(each.attributes)}>
            <th scope="row" class="series-name">
              <i class="swatch" aria-hidden="true" style={{ background: `var(${each.colour})` }} />
              {Object.keys(each.attributes).length === 0 && 'all'}
              {Object.entries(each.attributes).map(([key, value]) => (
                <span key={key} class="pair">
                  <span class="muted">{key}=</span>
                  {textOf(value)}
                </span>
              ))}
            </th>
            <td>
              {shows === 'rate' && metric.unit !== 'By'
                ? formatNumber(each.total)
                : formatValue(each.total, metric.unit)}
            </td>
            {withQuantiles &&
              QUANTILES.map((name) => (
                <td key={name}>{formatValue(each.quantiles?.[name], metric.unit)}</td>
              ))}
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}
