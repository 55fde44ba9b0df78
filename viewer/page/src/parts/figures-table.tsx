import type { ComponentChildren, VNode } from 'preact'

/** A column's name; `text` is aligned as text, and `wide` is only there where there is room, as in its cells. */
export type Column = string | readonly [name: string, kind: 'text' | 'wide' | 'wide text']

interface FiguresTableProps {
  columns: readonly Column[]
  /** Further classes. */
  class?: string
  /** A row each, which begins with its own head. */
  children: ComponentChildren
}

/** A table of numbers, which scrolls sideways by itself where it is too wide. */
export function FiguresTable({ columns, class: more, children }: FiguresTableProps): VNode {
  return (
    <div class={more ? `scroll ${more}` : 'scroll'}>
      <table class="figures">
        <thead>
          <tr>
            {columns.map((column) => {
              const [name, kind] = typeof column === 'string' ? [column] : column
              return (
                <th key={name} scope="col" class={kind}>
                  {name}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
