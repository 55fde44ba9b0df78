import type { VNode } from 'preact'
import type { ComparedPair } from '../api-types.ts'
import { textOf } from '../format/plain.ts'

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
        <div class="scroll">
          <table class="figures differences">
            <thead>
              <tr>
                <th scope="col">Attribute</th>
                <th scope="col" class="text">
                  A
                </th>
                <th scope="col" class="text">
                  B
                </th>
              </tr>
            </thead>
            <tbody>
              {pair.differences.map(({ key, a: inA, b: inB }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td class="text">{inA === null ? '–' : textOf(inA)}</td>
                  <td class="text">{inB === null ? '–' : textOf(inB)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
