import type { VNode } from 'preact'

/** An HTTP status, or how a trace without one ended. */
export function StatusMark({ status, errors }: { status: number | null; errors: number }): VNode {
  const isBad = (status ?? 0) >= 500 || (status === null && errors > 0)
  const kind = isBad ? 'bad' : (status ?? 0) >= 400 ? 'odd' : 'good'
  return <span class={`mark ${kind}`}>{status ?? (errors > 0 ? 'error' : 'ok')}</span>
}
