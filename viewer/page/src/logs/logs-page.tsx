import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { LogItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { setQuery, urlOf } from '../data/place.ts'
import { pick } from '../data/range.ts'
import { useLive } from '../data/use-live.ts'
import { usePages } from '../data/use-pages.ts'
import { useThrottled } from '../data/use-throttled.ts'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { LiveMark } from '../parts/live-mark.tsx'
import { MoreButton } from '../parts/more-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { LOG_FILTERS, LogFilters } from './log-filters.tsx'
import { LogLine } from './log-line.tsx'

const REFRESH_MS = 500
const KEPT = 500

/** Log records, the newest first, as they arrive. */
export function LogsPage({ query }: ViewProps): VNode {
  const asked = pick(query, LOG_FILTERS)
  const pages = usePages<LogItem>('/api/logs', asked)
  const [arrived, setArrived] = useState<readonly LogItem[]>([])
  const [skipped, setSkipped] = useState(0)
  const isPaused = query.get('live') === 'no'
  const isFollowing = !isPaused && !query.has('to')
  // The live tail knows services and levels. With other filters, the list is asked for again.
  const isPlain = [...asked.keys()].every((key) => key === 'service' || key === 'level')
  const refresh = useThrottled(() => {
    setArrived([])
    pages.reload()
  }, REFRESH_MS)
  const filters = asked.toString()
  useEffect(() => setArrived([]), [filters])
  const live = useLive<LogItem>(
    isFollowing
      ? urlOf('/api/live', {
          signals: 'logs',
          service: query.get('service') ?? '',
          level: query.get('level') ?? '',
        })
      : undefined,
    'log',
    {
      onItem: (item) => {
        if (isPlain) setArrived((before) => [item, ...before].slice(0, KEPT))
        else refresh()
      },
      onGap: (missed) => {
        setSkipped((before) => before + (missed ?? 0))
        refresh()
      },
    },
  )
  const items = merged(isPlain ? arrived : [], pages.items)
  return (
    <>
      <div class="title-row">
        <h1>Logs</h1>
        <LiveMark state={live} />
        <div class="controls">
          <button
            type="button"
            aria-pressed={!isPaused}
            onClick={() => {
              // What arrived before the pause stays; what arrived in it is read at its end.
              if (isPaused) refresh()
              setQuery({ live: isPaused ? undefined : 'no' }, 'replace')
            }}
          >
            {isPaused ? 'Follow' : 'Pause'}
          </button>
        </div>
      </div>
      <LogFilters query={query} />
      <Problem error={pages.error} reload={pages.reload} />
      {skipped > 0 && isFollowing && (
        <p class="banner">More arrives than can be followed: the list was read again.</p>
      )}
      {items?.length === 0 && <NoLogs isFiltered={asked.size > 0} incomplete={pages.incomplete} />}
      {items && items.length > 0 && (
        <ul class="rows logs" aria-label="Log records">
          {items.map((log) => (
            <LogLine key={log.id} log={log} />
          ))}
        </ul>
      )}
      <MoreButton pages={pages} />
    </>
  )
}

/** What arrived since, before what was listed; each once. */
function merged(
  arrived: readonly LogItem[],
  listed: readonly LogItem[] | undefined,
): readonly LogItem[] | undefined {
  if (!listed) return undefined
  const newest = listed[0]?.id ?? 0
  return [...arrived.filter(({ id }) => id > newest), ...listed]
}

function NoLogs({ isFiltered, incomplete }: { isFiltered: boolean; incomplete: boolean }): VNode {
  if (isFiltered) {
    return (
      <Empty title={incomplete ? 'None among the newest' : 'No record is like that'}>
        <p>
          Take a filter off, or <a href="/logs">show all logs</a>. New ones that fit appear by
          themselves.
        </p>
      </Empty>
    )
  }
  return (
    <>
      <GettingStarted what="logs" />
      <p class="empty-more">
        Log records are sent only when asked for: <code>{'logs: { otlp: true }'}</code> in the
        options of <code>observability</code>.
      </p>
    </>
  )
}
