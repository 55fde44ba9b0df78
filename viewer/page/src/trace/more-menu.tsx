import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { TraceView } from '../api-types.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { saveImage } from './save-image.ts'
import type { TraceState } from './use-trace-state.ts'

interface MoreMenuProps {
  view: TraceView
  state: TraceState
  onPrint: () => void
}

/** What else can be done with a trace: to take it elsewhere. */
export function MoreMenu({ view, state, onPrint }: MoreMenuProps): VNode {
  const menu = useRef<HTMLDetailsElement>(null)
  const [fault, setFault] = useState('')
  const { trace } = view
  useEffect(() => {
    const close = (event: Event): void => {
      const { current } = menu
      if (current?.open && !current.contains(event.target as Node)) current.open = false
    }
    document.addEventListener('pointerdown', close)
    return () => document.removeEventListener('pointerdown', close)
  }, [])
  const save = async (format: 'svg' | 'png'): Promise<void> => {
    setFault('')
    const plan = {
      title: trace.name || '(unnamed)',
      rows: state.rows,
      index: state.index,
      scale: state.scale,
      classOf: (row: TraceState['rows'][number]) =>
        row.kind === 'span' ? state.lookOf(row.span).class : 'colour-none',
    }
    try {
      await saveImage(plan, format, `trace-${trace.traceId}`)
    } catch {
      setFault('It cannot be drawn')
    }
  }
  return (
    <details class="menu" ref={menu}>
      <summary class="button">More</summary>
      <div class="menu-items">
        <CopyButton text={window.location.href} what="a link to what is shown" label="Copy link" />
        <CopyButton text={trace.traceId} what="the trace id" label="Copy trace id" />
        <button type="button" onClick={() => void save('svg')}>
          Save as SVG
        </button>
        <button type="button" onClick={() => void save('png')}>
          Save as PNG
        </button>
        <button type="button" onClick={onPrint}>
          Print
        </button>
        <span role="status" class="bad">
          {fault}
        </span>
      </div>
    </details>
  )
}
