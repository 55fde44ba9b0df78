import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { LogItem, Plain } from '../api-types.ts'
import { currentPlace, setQuery, urlOf } from '../data/place.ts'
import { logText } from '../format/log-text.ts'
import { textOf } from '../format/plain.ts'
import { Attributes } from '../parts/attributes.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { Time } from '../parts/time.tsx'

const FIELDS_SHOWN = 6
const FIELD_LENGTH = 60

interface LogLineProps {
  log: LogItem
  /** Numbers of those that are open, also while they are out of sight. */
  opened: Set<number>
}

/** A record, and all of it when opened. */
export function LogLine({ log, opened }: LogLineProps): VNode {
  const { traceId, spanId, level, body, eventName, attributes } = log
  const [isOpen, setOpen] = useState(opened.has(log.id))
  const toggle = (isNow: boolean): void => {
    setOpen(isNow)
    if (isNow) opened.add(log.id)
    else opened.delete(log.id)
  }
  const traceUrl = traceId && urlOf(`/traces/${traceId}`, { span: spanId ?? '' })
  return (
    <li class={`log ${level}`} data-key={log.id}>
      <details open={isOpen} onToggle={(event) => toggle(event.currentTarget.open)}>
        <summary data-item>
          <span class={`level ${level}`}>{level}</span>
          <Time ms={log.timeMs} />
          <span class="message">
            {body && eventName !== null && <b>{eventName} </b>}
            <bdi>{logText(log)}</bdi>
            <span class="fields" aria-hidden="true">
              {Object.entries(attributes)
                .filter(([, value]) => isShort(value))
                .slice(0, FIELDS_SHOWN)
                .map(([key, value]) => (
                  <span key={key}>
                    {key}=<i>{textOf(value)}</i>
                  </span>
                ))}
            </span>
          </span>
          <ServiceName name={log.service} />
        </summary>
        {isOpen && <Opened log={log} />}
      </details>
      {traceUrl && (
        <a class="to-trace" href={traceUrl} aria-label="Open the trace of this record">
          trace
        </a>
      )}
    </li>
  )
}

/** What only those see who open the record. */
function Opened({ log }: { log: LogItem }): VNode {
  const { traceId, body, attributes } = log
  return (
    <div class="opened">
      {typeof body === 'string' && body.length > 200 && <pre>{body}</pre>}
      <Attributes attributes={attributes} searchUrl={withAttribute} />
      {log.stack !== undefined && <pre>{log.stack}</pre>}
      <p class="muted">
        {log.scope && `logger scope ${log.scope} · `}
        severity {log.severityNumber} {log.severityText}
        {traceId && ' · '}
        {traceId && (
          <button type="button" class="link" onClick={() => setQuery({ traceId })}>
            all records of this trace
          </button>
        )}
      </p>
    </div>
  )
}

function withAttribute(attribute: string): string {
  const { query } = currentPlace()
  return urlOf('/logs', { attribute: [...query.getAll('attribute'), attribute] })
}

/** Stack traces and the like are for those who open the record. */
function isShort(value: Plain): boolean {
  const text = textOf(value)
  return text.length <= FIELD_LENGTH && !text.includes('\n')
}
