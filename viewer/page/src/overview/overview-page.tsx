import type { VNode } from 'preact'
import type { CostsView, Overview, ServiceItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { urlOf } from '../data/place.ts'
import { DEFAULT_LAST, isComplete, pick } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatNumber, formatShare } from '../format/number.ts'
import { clock, day } from '../format/time.ts'
import { GettingStarted } from '../parts/getting-started.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'
import { Stale } from '../parts/stale.tsx'
import { CostsTable } from './costs-table.tsx'
import { RoutesTable } from './routes-table.tsx'
import { ServicesTable } from './services-table.tsx'

const EVERY_MS = 3000

/** Services, rates, errors and latencies of a time, as they are now. */
export function OverviewPage({ query }: ViewProps): VNode {
  const asked = pick(query, ['last', 'from', 'to', 'service'])
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const overview = useJson<Overview>(urlOf('/api/overview', asked), { everyMs })
  const services = useJson<{ services: ServiceItem[] }>('/api/services', { everyMs })
  const costs = useJson<CostsView>(urlOf('/api/costs', asked), { everyMs })
  const { data } = overview
  const isEmpty = services.data?.services.length === 0
  return (
    <>
      <div class="title-row">
        <h1>Overview</h1>
        <div class="controls">
          <ServiceSelect query={query} />
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={overview.error} reload={overview.reload} />
      {isEmpty && <GettingStarted what="telemetry" />}
      {!isEmpty && data?.total.requests === 0 && data.others.requests === 0 && (
        <Stale query={query} of="requestsMs" byDefault={DEFAULT_LAST} />
      )}
      {!isEmpty && data && (
        <>
          <Tiles {...data} />
          {data.goneBeforeMs !== null && (
            <p class="muted">
              Requests until {day(data.goneBeforeMs)} {clock(data.goneBeforeMs, false)} are counted
              here, but their traces are removed: there was no more room, or they were too old.
            </p>
          )}
          <Charts {...data} />
          <RoutesTable
            routes={data.routes}
            query={query}
            slots={
              data.timeline.filter((each) => isComplete(each.timeMs, data.stepMs, data.toMs)).length
            }
          />
          {costs.data && <CostsTable {...costs.data} query={query} />}
          <ServicesTable
            services={services.data?.services ?? []}
            figures={data.services}
            query={query}
          />
        </>
      )}
    </>
  )
}

function Tiles({ total, others }: Overview): VNode {
  const tiles: (readonly [string, string, string?])[] = [
    ['Requests', formatCount(total.requests), `${formatNumber(total.ratePerS)} per second`],
    ['Errors', formatCount(total.errors), formatShare(total.errorRatio)],
    ['p50', formatDuration(total.p50Ms)],
    ['p95', formatDuration(total.p95Ms)],
    ['p99', formatDuration(total.p99Ms)],
    ...(others.requests
      ? [['Others', formatCount(others.requests), `${formatCount(others.errors)} failed`] as const]
      : []),
  ]
  return (
    <dl class="tiles">
      {tiles.map(([name, value, more]) => (
        <div key={name} class={name === 'Errors' && total.errors > 0 ? 'bad' : undefined}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b> {more && <span class="muted">{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Charts({ timeline: slots, stepMs, toMs }: Overview): VNode {
  const timeline = slots.filter(({ timeMs }) => isComplete(timeMs, stepMs, toMs))
  const timesMs = timeline.map(({ timeMs }) => timeMs)
  const perS = (count: number): number => count / (stepMs / 1000)
  return (
    <div class="charts">
      <LineChart
        title="Requests per second"
        timesMs={timesMs}
        format={formatNumber}
        lines={[
          {
            name: 'requests',
            colour: '--colour-0',
            values: timeline.map(({ ratePerS }) => ratePerS),
            isArea: true,
          },
          {
            name: 'errors',
            colour: '--bad',
            values: timeline.map(({ errors }) => perS(errors)),
            isArea: true,
          },
        ]}
      />
      <LineChart
        title="Latency"
        timesMs={timesMs}
        format={formatDuration}
        lines={[
          { name: 'p50', colour: '--colour-1', values: timeline.map(({ p50Ms }) => p50Ms) },
          { name: 'p95', colour: '--colour-2', values: timeline.map(({ p95Ms }) => p95Ms) },
          { name: 'p99', colour: '--colour-4', values: timeline.map(({ p99Ms }) => p99Ms) },
        ]}
      />
    </div>
  )
}
