import type { VNode } from 'preact'
import type { MetricItem } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { formatCount } from '../format/number.ts'

interface AttributeTableProps {
  metric: MetricItem
  query: URLSearchParams
}

/** Attributes to tell series apart by, and values to look at alone. */
export function AttributeTable({ metric, query }: AttributeTableProps): VNode | null {
  const keys = metric.attributes.map(({ key }) => key)
  if (keys.length === 0) return null
  const by = query.has('by') ? query.getAll('by') : keys
  const given = query.getAll('attribute')
  const toggle = (key: string): void => {
    const chosen = by.includes(key) ? by.filter((each) => each !== key) : [...by, key]
    const rest = chosen.filter((each) => keys.includes(each))
    const isAll = rest.length === keys.length
    setQuery({ by: isAll ? undefined : rest.length ? rest : ['none'] })
  }
  return (
    <section>
      <h2>Split by</h2>
      <ul class="plain split">
        {metric.attributes.map(({ key, values, examples }) => (
          <li key={key}>
            <label class="check">
              <input type="checkbox" checked={by.includes(key)} onChange={() => toggle(key)} />
              {key}
            </label>{' '}
            <span class="muted">
              {formatCount(values)} {values === 1 ? 'value' : 'values'}
            </span>{' '}
            {examples.map((example) => (
              <button
                key={example}
                type="button"
                class="chip"
                aria-label={`Only ${key} ${example}`}
                onClick={() =>
                  setQuery({ attribute: [...new Set([...given, `${key}=${example}`])] })
                }
              >
                {example}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
