import type { VNode } from 'preact'
import type { ProfileView } from '../api-types.ts'
import { sorted } from '../data/sorting.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { amount } from './amount.ts'
import { isIn } from './is-in.ts'

const COLUMNS: readonly Column[] = ['Function', ['File', 'wide text'], 'Self', 'Share', 'Total']
const ROWS_SHOWN = 200

interface FunctionsTableProps {
  profile: ProfileView
  query: URLSearchParams
}

/** What each function spent in itself, and with what it called. */
export function FunctionsTable({ profile, query }: FunctionsTableProps): VNode {
  const { frames, total, unit } = profile
  const wanted = (query.get('find') ?? '').trim().toLowerCase()
  const found = frames
    .filter((frame) => frame.total > 0 && (!wanted || isIn(frame, wanted)))
    .sort((a, b) => b.self - a.self || b.total - a.total)
  const { rows, sorting } = sorted<(typeof frames)[number]>(query, 'functions', found, {
    Function: ({ name }) => name,
    File: ({ file }) => file,
    Self: ({ self }) => self,
    Total: (frame) => frame.total,
  })
  return (
    <section>
      <h2>Functions</h2>
      <FiguresTable columns={COLUMNS} sorting={sorting} label="Functions">
        {rows.slice(0, ROWS_SHOWN).map((frame) => (
          <tr key={`${frame.name}\0${frame.file}\0${frame.line}`}>
            <th scope="row">
              <bdi>{frame.name}</bdi>
            </th>
            <td class="wide text muted">
              {frame.file}
              {frame.file && frame.line > 0 && `:${frame.line}`}
            </td>
            <td>{amount(frame.self, unit)}</td>
            <td>
              <span class="bar" style={{ '--share': frame.self / total }}>
                {formatShare(Number((frame.self / total).toPrecision(3)))}
              </span>
            </td>
            <td>{amount(frame.total, unit)}</td>
          </tr>
        ))}
      </FiguresTable>
      <p class="muted" role="status">
        {wanted && `${formatCount(rows.length)} found. `}
        {rows.length > ROWS_SHOWN && `and ${formatCount(rows.length - ROWS_SHOWN)} more functions`}
      </p>
    </section>
  )
}
