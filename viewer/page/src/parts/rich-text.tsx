import type { VNode } from 'preact'

/** A sentence in which `names` stand between backticks. */
export function RichText({ text }: { text: string }): VNode {
  // Every second part was between backticks.
  const parts = text.split('`')
  return <>{parts.map((part, at) => (at % 2 ? <code key={`${at} ${part}`}>{part}</code> : part))}</>
}
