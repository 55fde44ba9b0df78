import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { KEYED_SECTIONS } from './views.ts'

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'Search'],
  ['j  k', 'Next and previous entry'],
  ['Enter', 'Open the entry'],
  ['Esc', 'Leave a field, close a span, go back'],
  ['?', 'This help'],
]

const TRACE_KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'Fold and unfold a span'],
  ['[  ]', 'Fold and unfold a level'],
  ['f', 'Fold all, unfold all'],
  ['+  -  0', 'Zoom in, out, whole trace'],
  ['z', 'Zoom to the span'],
  ['⇧ ← →', 'Earlier and later'],
  ['n  N', 'Next and previous found'],
  ['e', 'Next error'],
  ['c', 'Compare with another trace'],
]

interface HelpDialogProps {
  isOpen: boolean
  onClose: () => void
}

/** What can be done by keys. */
export function HelpDialog({ isOpen, onClose }: HelpDialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <KeyList keys={KEYS} />
      <h3>Go to</h3>
      <KeyList keys={KEYED_SECTIONS.map(([, title], at) => [String(at + 1), title])} />
      <h3>In a trace</h3>
      <KeyList keys={TRACE_KEYS} />
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  )
}

function KeyList({ keys }: { keys: readonly (readonly [string, string])[] }): VNode {
  return (
    <dl class="keys">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            {key.split('  ').map((each) => (
              <kbd key={each}>{each}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
