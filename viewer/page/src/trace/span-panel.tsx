import type { ComponentChildren, VNode } from 'preact'
import type { LogItem, SpanItem, SpanParts, TraceSpan } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { logText } from '../format/log-text.ts'
import { shortId } from '../format/plain.ts'
import { Attributes } from '../parts/attributes.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { Time } from '../parts/time.tsx'

interface SpanPanelProps {
  span: TraceSpan
  logs: readonly LogItem[]
  onClose: () => void
}

/** A span in whole. */
export function SpanPanel({ span, logs, onClose }: SpanPanelProps): VNode {
  const { traceId, spanId } = span
  // Traces of many spans come without the details.
  const url = span.attributes ? undefined : `/api/traces/${traceId}/spans/${spanId}`
  const loaded = useJson<SpanItem & SpanParts>(url)
  const parts = span.attributes ? (span as TraceSpan & SpanParts) : loaded.data
  const finds = (attribute: string): string => urlOf('/traces', { attribute })
  return (
    <aside class="panel" aria-label={`Span ${span.name}`}>
      <header>
        <h2>{span.name || '(unnamed)'}</h2>
        <button
          type="button"
          class="quiet"
          onClick={onClose}
          aria-label="Close the span"
          title="Esc"
        >
          ×
        </button>
      </header>
      <dl class="pairs">
        <Pair name="Service">
          <ServiceName name={span.service} />
        </Pair>
        <Pair name="Kind">{span.kind}</Pair>
        <Pair name="Status">
          <span class={span.status === 'error' ? 'bad' : undefined}>{span.status}</span>
          {span.statusMessage && <span> · {span.statusMessage}</span>}
        </Pair>
        <Pair name="Start">
          <Time ms={span.startMs} /> <span class="muted">+{formatDuration(span.offsetMs)}</span>
        </Pair>
        <Pair name="Duration">
          <b>{formatDuration(span.durationMs)}</b>
          <span class="muted">
            {' '}
            · {formatDuration(span.selfMs)} itself
            {span.criticalMs > 0 && ` · ${formatDuration(span.criticalMs)} critical`}
          </span>
        </Pair>
        <Pair name="Span id">
          <code class="id">{spanId}</code>
        </Pair>
      </dl>
      {span.durationMs === 0 && <FrozenClock />}
      {parts ? (
        <>
          <Part title="Attributes">
            <Attributes attributes={parts.attributes} searchUrl={finds} />
          </Part>
          <Events events={parts.events} />
          <Links links={parts.links} />
          <Logs logs={logs} span={span} />
          <Part title="Resource">
            <Attributes attributes={parts.resource} />
          </Part>
          <p class="muted">
            Scope {parts.scope.name || '(unnamed)'} {parts.scope.version}
            {parts.traceState && ` · tracestate ${parts.traceState}`}
            {dropped(parts)}
          </p>
        </>
      ) : (
        <p class="muted">{loaded.error?.message ?? 'Loading…'}</p>
      )}
    </aside>
  )
}

function Pair({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** Workers do not let code measure itself. */
function FrozenClock(): VNode {
  return (
    <p class="note info">
      This span has no length. On Cloudflare Workers the clock stands still between I/O, so pure
      computation always takes 0 ms there. It is not a fault.
    </p>
  )
}

function Events({ events }: Pick<SpanParts, 'events'>): VNode | null {
  if (events.length === 0) return null
  return (
    <Part title="Events">
      {events.map(({ name, offsetMs, attributes, timeUnixNano }, at) => (
        <details key={`${timeUnixNano} ${at}`} open={name === 'exception' || undefined}>
          <summary class={name === 'exception' ? 'bad' : undefined}>
            {name || '(unnamed)'} <span class="muted">+{formatDuration(offsetMs)}</span>
          </summary>
          <Attributes attributes={attributes} />
        </details>
      ))}
    </Part>
  )
}

function Links({ links }: Pick<SpanParts, 'links'>): VNode | null {
  if (links.length === 0) return null
  return (
    <Part title="Links">
      <ul class="plain">
        {links.map(({ traceId, spanId, attributes }) => (
          <li key={`${traceId} ${spanId}`}>
            <a href={`/traces/${traceId}?span=${spanId}`}>
              trace {shortId(traceId)}, span {shortId(spanId)}
            </a>
            {Object.keys(attributes).length > 0 && <Attributes attributes={attributes} />}
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Logs({ logs, span }: { logs: readonly LogItem[]; span: TraceSpan }): VNode | null {
  if (logs.length === 0) return null
  const { traceId, spanId } = span
  return (
    <Part title="Logs">
      {logs.map((log) => (
        <details key={log.id}>
          <summary>
            <span class={`level ${log.level}`}>{log.level}</span> {logText(log)}
          </summary>
          <Attributes attributes={log.attributes} />
        </details>
      ))}
      <a href={urlOf('/logs', { traceId, spanId })}>Show in Logs</a>
    </Part>
  )
}

function dropped({ dropped: { attributes, events, links } }: SpanParts): string {
  if (attributes + events + links === 0) return ''
  return ` · dropped by the sender: ${attributes} attributes, ${events} events, ${links} links`
}
