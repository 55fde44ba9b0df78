import type { VNode } from 'preact'
import type { LiveState } from '../data/use-live.ts'

const TEXTS: Record<LiveState, string> = {
  off: '',
  connecting: 'connecting',
  on: 'live',
  lost: 'connection lost, trying again',
}

/** Whether what is shown follows what arrives. */
export function LiveMark({ state }: { state: LiveState }): VNode {
  return (
    <span class={`live ${state}`} role="status">
      {TEXTS[state]}
    </span>
  )
}
