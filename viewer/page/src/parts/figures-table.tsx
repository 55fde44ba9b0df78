import type { ComponentChildren, VNode } from 'preact'
import type { Sorting } from '../data/sorting.ts'

/** A column's name; `text` is aligned as text, and `wide` is only there where there is room, as in its cells. */
export type Column = string | readonly [name: string, kind: 'text' | 'wide' | 'wide text']

interface FiguresTableProps {
  columns: readonly Column[]
  /** Further classes. */
  class?: string
  /** Lets the reader order the rows by a column. */
  sorting?: Sorting
  /** Names the table for those who do not see the heading over it. */
  label?: string
  /** A row each, which begins with its own head. */
  children: ComponentChildren
}

/** A table of numbers, which scrolls sideways by itself where it is too wide. */
export function FiguresTable(props: FiguresTableProps): VNode {
  const { columns, class: more, sorting, label, children } = props
  return (
    <div class={more ? `scroll ${more}` : 'scroll'}>
      <table class="figures" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const [name, kind] = typeof column === 'string' ? [column] : column
              return <Head key={name} name={name} kind={kind} sorting={sorting} />
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

interface HeadProps {
  name: string
  kind: string | undefined
  sorting: Sorting | undefined
}

function Head({ name, kind, sorting }: HeadProps): VNode {
  if (!sorting?.has(name)) {
    return (
      <th scope="col" class={kind}>
        {name}
      </th>
    )
  }
  const { column, isDescending, choose } = sorting
  const order = column !== name ? undefined : isDescending ? 'descending' : 'ascending'
  return (
    <th scope="col" class={kind} aria-sort={order}>
      <button type="button" class="sort" onClick={() => choose(name)}>
        {name}
        <span aria-hidden="true">{order ? (isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  )
}
