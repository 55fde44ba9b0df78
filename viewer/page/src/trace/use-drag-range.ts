import { useRef, useState } from 'preact/hooks'

/** A stretch that is being marked, in shares of the time line and in pixels of the box. */
export interface Marked {
  from: number
  to: number
  leftPx: number
  widthPx: number
}

export interface DragHandlers {
  onPointerDown: (event: PointerEvent) => void
  onPointerMove: (event: PointerEvent) => void
  onPointerUp: (event: PointerEvent) => void
  onPointerCancel: () => void
  onClickCapture: (event: MouseEvent) => void
}

interface DragRange {
  marked: Marked | undefined
  handlers: DragHandlers
}

interface DragOptions {
  /** The element that the time line takes the width of; undefined where no drag begins. */
  timelineOf: (event: PointerEvent) => Element | undefined | null
  onRange: (from: number, to: number) => void
  /** Fingers scroll what they are on, unless it is for this alone. */
  withTouch?: boolean
}

/** A shorter way is a click. */
const LEAST_PX = 4

/** Marks a stretch of a time line by dragging over it. */
export function useDragRange({ timelineOf, onRange, withTouch = false }: DragOptions): DragRange {
  const [marked, setMarked] = useState<Marked>()
  const begun = useRef<{ x: number; line: DOMRect; isDragged: boolean }>(undefined)
  const wasDragged = useRef(false)

  const measure = (event: PointerEvent): Marked | undefined => {
    if (!begun.current) return undefined
    const { x, line } = begun.current
    const box = (event.currentTarget as Element).getBoundingClientRect()
    const clamp = (px: number): number => Math.max(line.left, Math.min(line.right, px))
    const [left, right] = [clamp(Math.min(x, event.clientX)), clamp(Math.max(x, event.clientX))]
    return {
      from: (left - line.left) / line.width,
      to: (right - line.left) / line.width,
      leftPx: left - box.left,
      widthPx: right - left,
    }
  }
  return {
    marked,
    handlers: {
      onPointerDown: (event) => {
        wasDragged.current = false
        if (event.button || (event.pointerType === 'touch' && !withTouch)) return
        const line = timelineOf(event)?.getBoundingClientRect()
        if (line && line.width > 0) begun.current = { x: event.clientX, line, isDragged: false }
      },
      onPointerMove: (event) => {
        const drag = begun.current
        if (!drag) return
        if (!drag.isDragged && Math.abs(event.clientX - drag.x) < LEAST_PX) return
        if (!drag.isDragged) (event.currentTarget as Element).setPointerCapture(event.pointerId)
        drag.isDragged = true
        setMarked(measure(event))
      },
      onPointerUp: (event) => {
        const range = begun.current?.isDragged ? measure(event) : undefined
        begun.current = undefined
        setMarked(undefined)
        if (!range || range.widthPx < LEAST_PX) return
        wasDragged.current = true
        onRange(range.from, range.to)
      },
      onPointerCancel: () => {
        begun.current = undefined
        setMarked(undefined)
      },
      onClickCapture: (event) => {
        // What ends a drag selects nothing.
        if (!wasDragged.current) return
        wasDragged.current = false
        event.stopPropagation()
        event.preventDefault()
      },
    },
  }
}
