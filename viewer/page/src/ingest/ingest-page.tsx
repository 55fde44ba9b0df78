import type { VNode } from 'preact'
import type { ForwardCounts, IngestView, Overview, Status } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { urlOf } from '../data/place.ts'
import { DEFAULT_LAST, pick } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { formatBytes, formatCount, formatNumber } from '../format/number.ts'
import { GettingStarted } from '../parts/getting-started.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { bytesOverTime } from './ingest-lines.ts'
import { SignalsTable } from './signals-table.tsx'
import { StoreSection } from './store-section.tsx'

const EVERY_MS = 3000

/** What senders sent: what a real backend will receive of them. */
export function IngestPage({ query }: ViewProps): VNode {
  const asked = pick(query, ['last', 'from', 'to'])
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<IngestView & { forward: ForwardCounts | null }>(
    urlOf('/api/ingest', asked),
    { everyMs },
  )
  const overview = useJson<Overview>(urlOf('/api/overview', asked), { everyMs })
  const status = useJson<Status>('/api/status', { everyMs })
  return (
    <>
      <div class="title-row">
        <h1>What your backend will receive</h1>
        <div class="controls">
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data && data.total.posts === 0 && <GettingStarted what="posts in this time" />}
      {data && data.total.posts > 0 && (
        <>
          <Tiles {...data} requests={overview.data?.total.requests ?? 0} />
          <div class="charts">
            <LineChart
              title="Bytes per second, as sent"
              {...bytesOverTime(data)}
              format={(value) => `${formatBytes(value ?? 0)}/s`}
            />
          </div>
          <SignalsTable signals={data.signals} query={query} />
        </>
      )}
      {data?.forward && <Forward {...data.forward} />}
      {status.data && <StoreSection status={status.data} onRemoved={reload} />}
    </>
  )
}

function Tiles({ total, requests }: IngestView & { requests: number }): VNode {
  const each = (value: number): string => (requests ? formatNumber(value / requests) : '–')
  const tiles: [string, string, string?][] = [
    ['Posts', formatCount(total.posts), `${each(total.posts)} per request`],
    [
      'Bytes',
      formatBytes(total.bytes),
      `${requests ? formatBytes(total.bytes / requests) : '–'} per request`,
    ],
    ['Records', formatCount(total.items), `${each(total.items)} per request`],
    ['Refused', formatCount(total.rejected), 'records'],
    ['Shortened', formatCount(total.shortened), 'records'],
    ['Failed', formatCount(total.refused), 'posts'],
  ]
  return (
    <dl class="tiles">
      {tiles.map(([name, value, more]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b> <span class="muted">{more}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Forward({ url, sent, failed, dropped, waiting, lastError }: ForwardCounts): VNode {
  return (
    <section>
      <h2>Sent on</h2>
      <p>
        to <code>{url}</code>: {formatCount(sent)} posts, {formatCount(waiting)} waiting,{' '}
        {formatCount(failed)} failed, {formatCount(dropped)} dropped
      </p>
      {lastError && <p class="note problem">{lastError}</p>}
    </section>
  )
}
