import type { VNode } from 'preact'
import type { TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import type { LiveState } from '../data/use-live.ts'
import { formatDuration } from '../format/duration.ts'
import { counted, formatCount } from '../format/number.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { LiveMark } from '../parts/live-mark.tsx'
import { PauseButton } from '../parts/pause-button.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { Time } from '../parts/time.tsx'
import { ClockNote } from './clock-note.tsx'
import { MoreMenu } from './more-menu.tsx'
import type { TraceState } from './use-trace-state.ts'

interface TraceHeaderProps {
  view: TraceView
  state: TraceState
  query: URLSearchParams
  live: LiveState
  onCompare: () => void
  onPrint: () => void
}

/** What a trace is, and what can be done with it. */
export function TraceHeader(props: TraceHeaderProps): VNode {
  const { view, state, query, live, onCompare, onPrint } = props
  const { trace, spans, logs, truncated } = view
  return (
    <>
      <div class="title-row">
        <h1>
          <StatusMark status={trace.httpStatus} errors={trace.errors} />{' '}
          <bdi>{trace.name || '(unnamed)'}</bdi>
        </h1>
        <LiveMark state={live} />
        <div class="controls">
          {trace.errors > 0 && (
            <button type="button" onClick={state.nextError} title="e">
              Next error
            </button>
          )}
          {logs.length > 0 && (
            <label class="check">
              <input
                type="checkbox"
                checked={state.withLogs}
                onChange={(event) =>
                  setQuery({ logs: event.currentTarget.checked ? undefined : 'no' }, 'replace')
                }
              />
              Logs
            </label>
          )}
          <button type="button" onClick={onCompare} title="c">
            Compare
          </button>
          <a class="button" href={`/api/traces/${trace.traceId}/otlp.json`} download>
            Export
          </a>
          <MoreMenu view={view} state={state} onPrint={onPrint} />
          <PauseButton query={query} />
        </div>
      </div>
      <ul class="facts">
        <li>
          <b>{formatDuration(trace.durationMs)}</b>
        </li>
        <li>
          <Time ms={trace.startMs} />
        </li>
        <li>{counted(trace.spans, 'span')}</li>
        {trace.errors > 0 && <li class="bad">{counted(trace.errors, 'error')}</li>}
        {logs.length > 0 && (
          <li>
            <a href={`/logs?traceId=${trace.traceId}`}>{counted(logs.length, 'log')}</a>
          </li>
        )}
        {trace.services.map(({ name, spans: count }) => (
          <li key={name}>
            <ServiceName name={name} /> <span class="muted">{formatCount(count)}</span>
          </li>
        ))}
        <li>
          <code class="id">{trace.traceId}</code>{' '}
          <CopyButton text={trace.traceId} what="the trace id" />
        </li>
        <li class="muted">
          <i class="critical-key" aria-hidden="true" /> critical path
        </li>
      </ul>
      <ClockNote view={view} query={query} />
      {trace.rootMissing && (
        <p class="banner">
          The first span of this trace has not arrived (yet), or was not sampled.
        </p>
      )}
      {truncated && (
        <p class="banner">
          Only the first {formatCount(spans.length)} of {formatCount(trace.spans)} spans are shown.
        </p>
      )}
    </>
  )
}
