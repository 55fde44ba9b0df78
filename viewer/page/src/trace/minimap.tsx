import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { TraceView } from '../api-types.ts'
import { useColourChanges } from '../app/theme.ts'
import { useWidth } from '../data/use-width.ts'
import type { Look } from './colouring.ts'
import { useDragRange } from './use-drag-range.ts'
import type { TraceState } from './use-trace-state.ts'

interface MinimapProps {
  view: TraceView
  state: TraceState
}

const HEIGHT = 44

/** All of a trace at a glance, and which part of it is shown; drag over it to show another. */
export function Minimap({ view, state }: MinimapProps): VNode {
  const { scale, lengthMs, lookOf } = state
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const colours = useColourChanges()
  useEffect(() => {
    if (canvas.current) draw(canvas.current, view, lengthMs, lookOf, width)
  }, [view, lengthMs, lookOf, width, colours])
  const { marked, handlers } = useDragRange({
    timelineOf: () => box.current,
    onRange: (from, to) => state.zoom({ fromMs: from * lengthMs, toMs: to * lengthMs }),
    withTouch: true,
  })
  const left = (scale.fromMs / lengthMs) * 100
  const right = 100 - ((scale.fromMs + scale.lengthMs) / lengthMs) * 100
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys zoom the view as a whole
    <div
      class="minimap"
      ref={box}
      {...handlers}
      onDblClick={() => state.zoom({ fromMs: 0, toMs: lengthMs })}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label="The whole trace; drag over it to zoom, or use the keys + - 0"
      />
      {state.isZoomed && (
        <>
          <span class="beyond" style={{ left: 0, width: `${left}%` }} />
          <span class="beyond" style={{ right: 0, width: `${right}%` }} />
        </>
      )}
      {marked && (
        <span class="marked" style={{ left: `${marked.leftPx}px`, width: `${marked.widthPx}px` }} />
      )}
    </div>
  )
}

function draw(
  canvas: HTMLCanvasElement,
  { spans }: TraceView,
  lengthMs: number,
  lookOf: (span: TraceView['spans'][number]) => Look,
  width: number,
): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(HEIGHT * ratio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  const colourOf = coloursOf(canvas)
  const rowHeight = HEIGHT / Math.max(12, spans.length)
  for (const [at, span] of spans.entries()) {
    const { class: className, strength = 1 } = lookOf(span)
    context.globalAlpha = 0.25 + 0.75 * strength
    context.fillStyle = span.status === 'error' ? colourOf('') : colourOf(className)
    const barWidth = Math.max(1, (span.durationMs / lengthMs) * width)
    const height = Math.max(1, Math.min(3, rowHeight - 0.5))
    context.fillRect((span.offsetMs / lengthMs) * width, at * rowHeight, barWidth, height)
  }
}

/** Colours of classes as a canvas takes them; '' is the colour of failures. */
function coloursOf(canvas: HTMLCanvasElement): (className: string) => string {
  const known = new Map<string, string>()
  const probe = document.createElement('i')
  return (className) => {
    const before = known.get(className)
    if (before !== undefined) return before
    probe.className = className
    probe.style.color = className ? 'var(--own)' : 'var(--bad)'
    canvas.after(probe)
    const colour = getComputedStyle(probe).color
    probe.remove()
    known.set(className, colour)
    return colour
  }
}
