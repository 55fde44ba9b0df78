import type { VNode } from 'preact'
import { type Columns, type ColumnWidths, SHARES } from './use-columns.ts'

interface ColumnDividerProps {
  column: keyof Columns
  label: string
  widths: ColumnWidths
  /** Of the waterfall, in pixels. */
  width: number
  /** The column is to the right of it. */
  isLeftEdge?: boolean
}

const KEY_STEP = 0.02

/** The edge of a column, to be dragged, or moved by the arrow keys. */
export function ColumnDivider({
  column,
  label,
  widths,
  width,
  isLeftEdge = false,
}: ColumnDividerProps): VNode {
  const share = widths.columns[column]
  const direction = isLeftEdge ? -1 : 1
  const [least, most] = SHARES[column]
  const drag = (down: PointerEvent): void => {
    const handle = down.currentTarget as HTMLElement
    handle.setPointerCapture(down.pointerId)
    down.stopPropagation()
    down.preventDefault()
    const move = (event: PointerEvent): void => {
      widths.resize(column, share + (direction * (event.clientX - down.clientX)) / width)
    }
    handle.addEventListener('pointermove', move)
    handle.addEventListener(
      'lostpointercapture',
      () => handle.removeEventListener('pointermove', move),
      { once: true },
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <span
      class="divider"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={Math.round(least * 100)}
      aria-valuemax={Math.round(most * 100)}
      aria-valuenow={Math.round(share * 100)}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
        if (by === 0) return
        event.stopPropagation()
        event.preventDefault()
        widths.resize(column, share + by * direction * KEY_STEP)
      }}
    />
  )
}
