import type { VNode } from 'preact'
import type { MetricView, Plain } from '../api-types.ts'
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

/** The series with all of their attributes, the largest first. */
export function SeriesTable({ view: { series, shows, metric } }: { view: MetricView }): VNode {
  return (
    <section>
      <h2>Series</h2>
      <FiguresTable
        columns={['Attributes', shows === 'rate' ? 'Count in this time' : 'Last value']}
      >
        {series.map(({ attributes, total }, at) => (
          <tr key={JSON.stringify(attributes)}>
            <th scope="row" class="series-name">
              <i
                class="swatch"
                aria-hidden="true"
                style={{ background: `var(${lineColour(at)})` }}
              />
              {Object.keys(attributes).length === 0 && 'all'}
              {Object.entries(attributes).map(([key, value]) => (
                <span key={key} class="pair">
                  <span class="muted">{key}=</span>
                  {textOf(value)}
                </span>
              ))}
            </th>
            <td>
              {shows === 'rate' && metric.unit !== 'By'
                ? formatNumber(total)
                : formatValue(total, metric.unit)}
            </td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}
