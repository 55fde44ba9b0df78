import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface CopyButtonProps {
  text: string
  /** What is copied, for those who hear the page. */
  what: string
  /** Shown instead of a sign. */
  label?: string
}

const SAID_MS = 1500

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what, label }: CopyButtonProps): VNode {
  const [said, setSaid] = useState<string>()
  useEffect(() => {
    if (said === undefined) return
    const timer = setTimeout(() => setSaid(undefined), SAID_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      // Not over plain HTTP from another machine: the text can still be marked.
      setSaid('Not allowed')
    }
  }
  return (
    <button
      type="button"
      class="copy"
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
      aria-live="polite"
      aria-label={label ? undefined : `Copy ${what}`}
      title={`Copy ${what}`}
    >
      {said ?? label ?? <span class="copy-sign" aria-hidden="true" />}
    </button>
  )
}
