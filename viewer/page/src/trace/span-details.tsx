import type { VNode } from 'preact'
import type { TraceSpan } from '../api-types.ts'

/** What went wrong in a span, in its own words. */
export function faultOf({ status, statusMessage, events }: TraceSpan): string {
  if (status !== 'error') return ''
  const exception = events?.find(({ name }) => name === 'exception')?.attributes
  const thrown = [exception?.['exception.type'], exception?.['exception.message']]
    .filter((part) => typeof part === 'string')
    .join(': ')
  return statusMessage || thrown
}

/** What the span was about, in a few words. */
export function Details({ span }: { span: TraceSpan }): VNode {
  const { highlights } = span
  const fault = faultOf(span)
  const title = [fault, ...highlights.map((pair) => pair.join('='))].filter(Boolean).join('\n')
  return (
    <span class="details" title={title}>
      {fault && <bdi class="bad">{fault}</bdi>}
      {highlights.map(([name, value]) => (
        <bdi key={name}>
          {' '}
          <i>{name}</i> {value}
        </bdi>
      ))}
    </span>
  )
}
