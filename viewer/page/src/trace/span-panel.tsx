import type { ComponentChildren, VNode } from 'preact'
import type { LogItem, SpanItem, SpanParts, TraceLink, TraceSpan } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { Attributes } from '../parts/attributes.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { Time } from '../parts/time.tsx'
import { curlOf } from './curl.ts'
import { Relations } from './relations.tsx'
import { Events, Logs, Part, Statement } from './span-parts.tsx'
import type { TraceIndex } from './trace-rows.ts'

interface SpanPanelProps {
  span: TraceSpan
  index: TraceIndex
  logs: readonly LogItem[]
  links: readonly TraceLink[]
  onClose: () => void
  onSelect: (spanId: string) => void
}

/** A span in whole. */
export function SpanPanel(props: SpanPanelProps): VNode {
  const { span, index, logs, links, onClose, onSelect } = props
  const { traceId, spanId } = span
  // Traces of many spans come without the details.
  const url = span.attributes ? undefined : `/api/traces/${traceId}/spans/${spanId}`
  const loaded = useJson<SpanItem & SpanParts>(url)
  const parts = span.attributes ? (span as TraceSpan & SpanParts) : loaded.data
  const finds = (attribute: string): string => urlOf('/traces', { attribute })
  const curl = parts && curlOf(span.kind, parts.attributes)
  return (
    <aside class="panel" aria-label={`Span ${span.name}`}>
      <header>
        <h2>
          <bdi>{span.name || '(unnamed)'}</bdi>
        </h2>
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
      <p class="copies">
        <CopyButton
          text={`${window.location.origin}/traces/${traceId}?span=${spanId}`}
          what="a link to this span"
          label="Copy link"
        />
        {parts && (
          <CopyButton
            text={JSON.stringify(parts.attributes, null, 2)}
            what="all attributes as JSON"
            label="Copy attributes"
          />
        )}
        {curl && <CopyButton text={curl} what="a command that asks again" label="Copy curl" />}
      </p>
      <dl class="pairs">
        <Pair name="Service">
          <ServiceName name={span.service} />
        </Pair>
        <Pair name="Kind">{span.kind}</Pair>
        <Pair name="Status">
          <span class={span.status === 'error' ? 'bad' : undefined}>{span.status}</span>
          {span.statusMessage && (
            <span>
              {' '}
              · <bdi>{span.statusMessage}</bdi>
            </span>
          )}
        </Pair>
        <Pair name="Start">
          <Time ms={span.startMs} /> <span class="muted">+{formatDuration(span.offsetMs)}</span>
          {span.skewMs !== 0 && (
            <span class="odd"> · clock put right by {formatDuration(span.skewMs)}</span>
          )}
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
          <code class="id">{spanId}</code> <CopyButton text={spanId} what="the span id" />
        </Pair>
      </dl>
      {span.durationMs === 0 && <FrozenClock />}
      <Relations span={span} index={index} links={links} onSelect={onSelect} />
      {parts ? (
        <>
          <Statement attributes={parts.attributes} />
          <Part title="Attributes">
            <Attributes attributes={parts.attributes} searchUrl={finds} canCopy />
          </Part>
          <Events events={parts.events} />
          <Logs logs={logs} span={span} />
          <Part title="Resource">
            <Attributes attributes={parts.resource} canCopy />
          </Part>
          <p class="muted">
            Scope <bdi>{parts.scope.name || '(unnamed)'}</bdi> {parts.scope.version}
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

/** Workers do not let code measure itself. */
function FrozenClock(): VNode {
  return (
    <p class="note info">
      This span has no length. On Cloudflare Workers the clock stands still between I/O, so pure
      computation always takes 0 ms there. It is not a fault.
    </p>
  )
}

function dropped({ dropped: { attributes, events, links } }: SpanParts): string {
  if (attributes + events + links === 0) return ''
  return ` · dropped by the sender: ${attributes} attributes, ${events} events, ${links} links`
}
