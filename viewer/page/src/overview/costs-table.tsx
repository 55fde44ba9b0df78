import type { VNode } from 'preact'
import type { CostsView } from '../api-types.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { formatUsd } from '../format/money.ts'
import { formatCount } from '../format/number.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { ServiceName } from '../parts/service-name.tsx'

const COLUMNS: readonly Column[] = [
  'Costs, at list prices',
  ['Service', 'wide text'],
  ['Times', 'wide'],
  'A million',
  'In this time',
]

interface CostsTableProps extends CostsView {
  query: URLSearchParams
}

/** What routes cost, the dearest first; nothing where no span says so. */
export function CostsTable({ costs, query }: CostsTableProps): VNode | null {
  if (costs.length === 0) return null
  const dearest = Math.max(...costs.map(({ usd }) => usd))
  return (
    <section>
      <h2>Costs</h2>
      <FiguresTable columns={COLUMNS}>
        {costs.map(({ service, route, count, usd, used }) => (
          <tr key={`${service} ${route}`} title={usedText(used)}>
            <th scope="row">
              <a
                data-item
                href={urlOf('/traces', changed(carried(query), { service, name: route }))}
              >
                {route}
              </a>
            </th>
            <td class="wide text">
              <ServiceName name={service} />
            </td>
            <td class="wide">{formatCount(count)}</td>
            <td>{formatUsd((usd / count) * 1e6)}</td>
            <td>
              <span class="bar" style={{ '--share': dearest ? usd / dearest : 0 }}>
                {formatUsd(usd)}
              </span>
            </td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}

const usedText = (used: Record<string, number>): string =>
  Object.entries(used)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ')
