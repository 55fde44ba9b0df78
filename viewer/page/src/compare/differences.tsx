import type { VNode } from 'preact'
import type { ComparedPair } from '../api-types.ts'
import { textOf } from '../format/plain.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'

const COLUMNS: readonly Column[] = ['Attribute', ['A', 'text'], ['B', 'text']]

interface DifferencesProps {
  pair: ComparedPair
  /** Trace ids. */
  a: string
  b: string
}

/** In which attributes a span differs. */
export function Differences({ pair, a, b }: DifferencesProps): VNode {
  return (
    <section>
      <h2>{pair.name || '(unnamed)'}</h2>
      <p class="controls">
        {pair.a && <a href={`/traces/${a}?span=${pair.a.spanId}`}>Open in A</a>}
        {pair.b && <a href={`/traces/${b}?span=${pair.b.spanId}`}>Open in B</a>}
      </p>
      {pair.differences.length === 0 ? (
        <p class="muted">
          {pair.a && pair.b ? 'Its attributes are the same.' : 'It is in one trace only.'}
        </p>
      ) : (
        <FiguresTable class="differences" columns={COLUMNS}>
          {pair.differences.map(({ key, a: inA, b: inB }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td class="text">{inA === null ? '–' : textOf(inA)}</td>
              <td class="text">{inB === null ? '–' : textOf(inB)}</td>
            </tr>
          ))}
        </FiguresTable>
      )}
    </section>
  )
}
