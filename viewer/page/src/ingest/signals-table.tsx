import type { VNode } from 'preact'
import type { IngestView } from '../api-types.ts'
import { formatBytes, formatCount } from '../format/number.ts'

/** Posts by signal and encoding. */
export function SignalsTable({ signals }: Pick<IngestView, 'signals'>): VNode {
  return (
    <section>
      <h2>By signal</h2>
      <div class="scroll">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Signal</th>
              <th scope="col" class="text">
                Encoding
              </th>
              <th scope="col">Posts</th>
              <th scope="col">Sent</th>
              <th scope="col" class="wide">
                Decompressed
              </th>
              <th scope="col">Records</th>
              <th scope="col" class="wide">
                per post
              </th>
              <th scope="col">Refused</th>
            </tr>
          </thead>
          <tbody>
            {signals.map((each) => (
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
          </tbody>
        </table>
      </div>
    </section>
  )
}
