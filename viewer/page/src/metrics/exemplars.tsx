import type { VNode } from 'preact'
import type { MetricView } from '../api-types.ts'
import { shortId, textOf } from '../format/plain.ts'
import { Time } from '../parts/time.tsx'

interface ExemplarsProps {
  exemplars: MetricView['exemplars']
  format: (value: number | null) => string
}

const SHOWN = 20

/** Single measurements, each with the trace it was taken in. */
export function Exemplars({ exemplars, format }: ExemplarsProps): VNode | null {
  if (exemplars.length === 0) return null
  return (
    <section>
      <h2>Exemplars</h2>
      <ul class="rows exemplars" aria-label="Exemplars">
        {exemplars.slice(0, SHOWN).map(({ timeMs, value, traceId, spanId, attributes }) => (
          <li key={`${timeMs} ${spanId} ${value}`}>
            <a data-item class="row exemplar-row" href={`/traces/${traceId}?span=${spanId}`}>
              <Time ms={timeMs} />
              <b>{format(value)}</b>
              <span class="name muted">
                {Object.entries(attributes)
                  .map(([key, each]) => `${key}=${textOf(each)}`)
                  .join('  ')}
              </span>
              <code class="id">{shortId(traceId)}</code>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
