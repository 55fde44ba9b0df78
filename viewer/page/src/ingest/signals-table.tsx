import type { VNode } from 'preact'
import type { IngestView } from '../api-types.ts'
import { sorted } from '../data/sorting.ts'
import { formatBytes, formatCount } from '../format/number.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'

const COLUMNS: readonly Column[] = [
  'Signal',
  ['Encoding', 'text'],
  'Posts',
  'Sent',
  ['Decompressed', 'wide'],
  'Records',
  ['per post', 'wide'],
  'Refused',
]

interface SignalsTableProps extends Pick<IngestView, 'signals'> {
  query: URLSearchParams
}

/** Posts by signal and encoding. */
export function SignalsTable({ signals, query }: SignalsTableProps): VNode {
  const { rows, sorting } = sorted(query, 'signals', signals, {
    Signal: ({ signal }) => signal,
    Encoding: ({ encoding }) => encoding,
    Posts: ({ posts }) => posts,
    Sent: ({ bytes }) => bytes,
    Decompressed: ({ decodedBytes }) => decodedBytes,
    Records: ({ items }) => items,
    'per post': ({ items, posts }) => (posts ? items / posts : null),
    Refused: ({ rejected }) => rejected,
  })
  return (
    <section>
      <h2>By signal</h2>
      <FiguresTable columns={COLUMNS} sorting={sorting} label="By signal">
        {rows.map((each) => (
          <tr key={`${each.signal} ${each.encoding}`}>
            <th scope="row">{each.signal}</th>
            <td class="text">{each.encoding}</td>
            <td>{formatCount(each.posts)}</td>
            <td>{formatBytes(each.bytes)}</td>
            <td class="wide">{formatBytes(each.decodedBytes)}</td>
            <td>{formatCount(each.items)}</td>
            <td class="wide">{each.posts ? formatCount(each.items / each.posts) : '–'}</td>
            <td class={each.rejected ? 'bad' : undefined}>{formatCount(each.rejected)}</td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}
