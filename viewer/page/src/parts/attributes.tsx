import type { VNode } from 'preact'
import type { Plain } from '../api-types.ts'
import { textOf } from '../format/plain.ts'
import { CopyButton } from './copy-button.tsx'

interface AttributesProps {
  attributes: Record<string, Plain>
  /** Where else a value occurs. */
  searchUrl?: (attribute: string) => string
  /** Whether each value can be copied. */
  canCopy?: boolean
}

const LONG = 400
const SHOWN = 200

/** Attributes as a table, by key. */
export function Attributes({ attributes, searchUrl, canCopy }: AttributesProps): VNode {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return <p class="muted">None</p>
  return (
    <>
      <table class="attributes">
        <tbody>
          {entries.slice(0, SHOWN).map(([key, value]) => (
            <tr key={key}>
              <th scope="row">
                <Key name={key} />
              </th>
              <td>
                <Value value={value} />
                {searchUrl && textOf(value).length <= 200 && (
                  <a
                    class="find"
                    href={searchUrl(`${key}=${textOf(value)}`)}
                    aria-label={`Find ${key} with this value`}
                    title="Find others with this value"
                  >
                    find
                  </a>
                )}
                {canCopy && <CopyButton text={textOf(value)} what={key} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length > SHOWN && <p class="muted">and {entries.length - SHOWN} more</p>}
    </>
  )
}

/** A name that is broken at its dots rather than within a word. */
function Key({ name }: { name: string }): VNode {
  const parts = name.split(/(?<=[._])/)
  return <>{parts.map((part, at) => [at > 0 && <wbr />, part])}</>
}

function Value({ value }: { value: Plain }): VNode {
  const text = textOf(value)
  if (text.length > LONG || text.includes('\n')) {
    return (
      <details>
        <summary>{text.slice(0, 80)}…</summary>
        <pre>{text}</pre>
      </details>
    )
  }
  return <span class={`value ${typeof value}`}>{text === '' ? <em>empty</em> : text}</span>
}
