import type { VNode } from 'preact'
import type { MetricItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried, pick } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { formatCount } from '../format/number.ts'
import { ago } from '../format/time.ts'
import { FilterChips } from '../parts/attribute-filters.tsx'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'
import { InstrumentTags } from './instrument-tags.tsx'

const EVERY_MS = 5000

/** All instruments. */
export function MetricsPage({ query }: ViewProps): VNode {
  const asked = pick(query, ['text', 'service', 'q'])
  const { data, error, reload } = useJson<{ metrics: MetricItem[] }>(urlOf('/api/metrics', asked), {
    everyMs: isFollowing(query) ? EVERY_MS : undefined,
  })
  const metrics = data?.metrics
  return (
    <>
      <div class="title-row">
        <h1>Metrics</h1>
        <div class="controls">
          <PauseButton query={query} />
        </div>
      </div>
      <search class="filters">
        <QueryBox query={query} signal="metrics" />
        <ServiceSelect query={query} />
        <FilterChips query={query} keys={[['text', 'words']]} />
      </search>
      <Problem error={error} reload={reload} />
      {metrics?.length === 0 &&
        (asked.size > 0 ? (
          <Empty title="No instrument is like that">
            <p>
              <a href="/metrics">Show all instruments</a>
            </p>
          </Empty>
        ) : (
          <GettingStarted what="metrics" />
        ))}
      {metrics && metrics.length > 0 && (
        <ul class="rows metrics" aria-label="Instruments">
          {metrics.map((metric) => (
            <li key={metric.id}>
              <a
                data-item
                class="row metric-row"
                href={urlOf(`/metrics/${metric.id}`, changed(carried(query), {}))}
              >
                <span class="name">{metric.name}</span>
                <span class="description muted">{metric.description}</span>
                <InstrumentTags metric={metric} />
                <span class="counts">
                  {formatCount(metric.series)} series · {ago(metric.lastSeenMs, Date.now())}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
