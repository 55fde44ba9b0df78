import type { VNode } from 'preact'
import { useState } from 'preact/hooks'

/** A line to be pasted elsewhere. */
export function CopyLine({ text }: { text: string }): VNode {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // Not over plain HTTP from another machine: the text can still be marked.
      setCopied(false)
    }
  }
  return (
    <div class="copy-line">
      <code>{text}</code>
      <button type="button" onClick={copy} aria-live="polite">
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
