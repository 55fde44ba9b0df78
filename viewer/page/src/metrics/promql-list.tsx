import type { VNode } from 'preact'
import type { MetricView } from '../api-types.ts'
import { CopyLine } from '../parts/copy-line.tsx'

const NAMES: Record<MetricView['promql'][number]['name'], string> = {
  rate: 'Per second',
  value: 'Value',
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
}

/** What is shown, as it is asked of Prometheus. */
export function PromqlList({ promql }: Pick<MetricView, 'promql'>): VNode {
  return (
    <details class="promql">
      <summary>In PromQL</summary>
      {promql.length === 0 && (
        <p class="muted">
          This query cannot be said in PromQL: it knows labels of series, and no <code>or</code>{' '}
          among them.
        </p>
      )}
      <dl>
        {promql.map(({ name, query }) => (
          <div key={name}>
            <dt>{NAMES[name]}</dt>
            <dd>
              <CopyLine text={query} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
