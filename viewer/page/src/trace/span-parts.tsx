import type { ComponentChildren, VNode } from 'preact'
import type { LogItem, Plain, SpanParts, TraceSpan } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { logText } from '../format/log-text.ts'
import { Attributes } from '../parts/attributes.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ScrollBox } from '../parts/scroll-box.tsx'

/** A part of a span's panel. */
export function Part({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  )
}

/** A text of many lines, to be read and to be taken elsewhere. */
function Block({ text, what }: { text: string; what: string }): VNode {
  return (
    <div class="block">
      <CopyButton text={text} what={what} />
      <ScrollBox class="scroll" label={what}>
        <pre>{text}</pre>
      </ScrollBox>
    </div>
  )
}

const STATEMENTS = ['db.query.text', 'db.statement']

/** What was asked of a database. */
export function Statement({ attributes }: Pick<SpanParts, 'attributes'>): VNode | null {
  const text = STATEMENTS.map((key) => own(attributes, key)).find(
    (value) => typeof value === 'string' && value !== '',
  )
  if (typeof text !== 'string') return null
  return (
    <Part title="Statement">
      <Block text={text} what="the statement" />
    </Part>
  )
}

const STACK = 'exception.stacktrace'

export function Events({ events }: Pick<SpanParts, 'events'>): VNode | null {
  if (events.length === 0) return null
  return (
    <Part title="Events">
      {events.map(({ name, offsetMs, attributes, timeUnixNano, stack: inSources }, at) => {
        const stack = own(attributes, STACK)
        const { [STACK]: _, ...others } = attributes
        const isStack = typeof stack === 'string' && stack !== ''
        return (
          <details key={`${timeUnixNano} ${at}`} open={name === 'exception' || undefined}>
            <summary class={name === 'exception' ? 'bad' : undefined}>
              <bdi>{name || '(unnamed)'}</bdi>{' '}
              <span class="muted">+{formatDuration(offsetMs)}</span>
            </summary>
            <Attributes attributes={isStack ? others : attributes} canCopy />
            {inSources !== undefined && <Block text={inSources} what="the stack in the sources" />}
            {isStack && inSources === undefined && <Block text={stack} what="the stack" />}
            {isStack && inSources !== undefined && (
              <details>
                <summary>As it was sent</summary>
                <Block text={stack} what="the stack as it was sent" />
              </details>
            )}
          </details>
        )
      })}
    </Part>
  )
}

interface LogsProps {
  logs: readonly LogItem[]
  span: TraceSpan
}

export function Logs({ logs, span }: LogsProps): VNode | null {
  if (logs.length === 0) return null
  const { traceId, spanId } = span
  return (
    <Part title="Logs">
      {logs.map((log) => (
        <details key={log.id}>
          <summary>
            <span class={`level ${log.level}`}>{log.level}</span> <bdi>{logText(log)}</bdi>
          </summary>
          <Attributes attributes={log.attributes} canCopy />
          {log.stack !== undefined && <Block text={log.stack} what="the stack in the sources" />}
        </details>
      ))}
      <a href={urlOf('/logs', { traceId, spanId })}>Show in Logs</a>
    </Part>
  )
}

function own(attributes: Record<string, Plain>, key: string): Plain | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined
}
