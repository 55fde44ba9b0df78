import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { LogItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { urlOf } from '../data/place.ts'
import { pick } from '../data/range.ts'
import { useLiveList } from '../data/use-live-list.ts'
import { useReading } from '../data/use-reading.ts'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { LiveMark } from '../parts/live-mark.tsx'
import { MoreButton } from '../parts/more-button.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { Stale } from '../parts/stale.tsx'
import { WaitingButton } from '../parts/waiting-button.tsx'
import { WindowRows } from '../parts/window-rows.tsx'
import { LOG_FILTERS, LogFilters } from './log-filters.tsx'
import { LogLine } from './log-line.tsx'

const keyOf = ({ id }: LogItem): string => String(id)
const newestFirst = (a: LogItem, b: LogItem): number => b.id - a.id

/** Log records, the newest first, as they arrive; still while someone reads. */
export function LogsPage({ query }: ViewProps): VNode {
  const asked = pick(query, LOG_FILTERS)
  const box = useRef<HTMLDivElement>(null)
  const opened = useRef(new Set<number>())
  const list = useLiveList<LogItem>({
    path: '/api/logs',
    query: asked,
    type: 'log',
    liveUrl: isFollowing(query)
      ? urlOf('/api/live', {
          signals: 'logs',
          service: query.get('service') ?? '',
          level: query.get('level') ?? '',
        })
      : undefined,
    // The live tail knows services and levels. With other filters, the list is asked for again.
    isPlain: [...asked.keys()].every((key) => key === 'service' || key === 'level'),
    isHeld: useReading(box),
    keyOf,
    compare: newestFirst,
    cursorOf: keyOf,
  })
  const { items } = list
  return (
    <>
      <div class="title-row">
        <h1>Logs</h1>
        <LiveMark state={list.live} />
        <WaitingButton list={list} />
        <div class="controls">
          <PauseButton query={query} />
          <a class="button" href={urlOf('/api/logs/otlp.json', asked)} download>
            Export
          </a>
        </div>
      </div>
      <LogFilters query={query} />
      <Problem error={list.error} reload={list.reload} />
      {items?.length === 0 && (
        <>
          <Stale query={query} of="logsMs" />
          <NoLogs isFiltered={asked.size > 0} incomplete={list.incomplete} />
        </>
      )}
      <div ref={box}>
        {items && items.length > 0 && (
          <WindowRows
            class="rows logs"
            label="Log records"
            items={items}
            keyOf={keyOf}
            row={(log) => <LogLine key={log.id} log={log} opened={opened.current} />}
          />
        )}
      </div>
      <MoreButton pages={list} />
    </>
  )
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
