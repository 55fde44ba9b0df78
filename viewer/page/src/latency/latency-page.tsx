import type { VNode } from 'preact'
import type { Distinctions, LatencyView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { setQuery, urlOf } from '../data/place.ts'
import { pick } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { Empty } from '../parts/empty.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { QueryField } from '../parts/query-field.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'
import { Stale } from '../parts/stale.tsx'
import { DistinctionsTable } from './distinctions-table.tsx'
import { Scatter } from './scatter.tsx'

const DEFAULT_LAST = '15m'
const EVERY_MS = 5000
const CHOICE = ['chosenStatus', 'chosenFrom', 'chosenTo', 'chosenMinMs', 'chosenMaxMs']

/** Requests as points in time and duration, and what distinguishes those that are chosen from the rest. */
export function LatencyPage({ query }: ViewProps): VNode {
  const asked = pick(query, ['last', 'from', 'to', 'service', 'q'])
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<LatencyView>(urlOf('/api/latencies', asked), { everyMs })
  const isChosen = CHOICE.some((name) => query.has(name))
  const both = pick(query, ['last', 'from', 'to', 'service', 'q', ...CHOICE])
  const found = useJson<Distinctions>(isChosen ? urlOf('/api/distinguish', both) : undefined, {
    everyMs,
  })
  return (
    <>
      <div class="title-row">
        <h1>Latency</h1>
        <div class="controls">
          <ServiceSelect query={query} />
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
        </div>
      </div>
      <search class="filters">
        <QueryBox query={query} signal="traces" />
      </search>
      <Problem error={error ?? found.error} reload={reload} />
      {data?.points.length === 0 && (
        <>
          <Stale query={query} of="requestsMs" byDefault={DEFAULT_LAST} />
          <Empty title="No requests in this time">
            <p>Choose a longer time, or take a filter off.</p>
          </Empty>
        </>
      )}
      {data && data.points.length > 0 && (
        <>
          <Scatter view={data} query={query} />
          <div class="filters choice">
            <button type="button" onClick={() => choose({ chosenStatus: 'error' })}>
              Choose errors
            </button>
            <button type="button" onClick={() => choose({ chosenMinMs: String(slow(data)) })}>
              Choose the slowest
            </button>
            <QueryField query={query} name="chosenMinMs" label="Chosen from, ms" isNumber />
            <QueryField query={query} name="chosenMaxMs" label="to, ms" isNumber />
            {isChosen && (
              <button type="button" onClick={() => choose({})}>
                Choose none
              </button>
            )}
          </div>
        </>
      )}
      {found.data && isChosen && <DistinctionsTable found={found.data} query={query} />}
    </>
  )
}

function choose(choice: Record<string, string>): void {
  const none = Object.fromEntries(CHOICE.map((name) => [name, undefined]))
  setQuery({ ...none, ...choice })
}

/** A twentieth takes at least so long. */
function slow({ points }: LatencyView): number {
  const durations = points.map(({ durationMs }) => durationMs).sort((a, b) => b - a)
  return durations[Math.floor(durations.length / 20)] ?? 0
}
