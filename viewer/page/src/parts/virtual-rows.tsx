import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

interface VirtualRowsProps {
  count: number
  /** Index of the row to be kept in sight; -1 for none. */
  active: number
  label: string
  /** Draws one row, which has to be {@link ROW_HEIGHT_PX} high. */
  row: (index: number) => ComponentChildren
  /** Tells rows apart, so that what is read stays where it is when rows come before it. */
  keyOf: (index: number) => string | undefined
  /** Element id of the active row. */
  activeId?: string | undefined
  /** Draws all rows, for paper. */
  isWhole?: boolean
}

/** Height of each row, as in the style sheet. */
export const ROW_HEIGHT_PX = 26
const BEYOND = 12

/** Ten thousand rows, of which only those in sight are in the document. */
export function VirtualRows(props: VirtualRowsProps): VNode {
  const { count, active, label, row, keyOf, activeId } = props
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])

  /** The row at the top, by its key. */
  const anchor = useRef<{ index: number; key: string | undefined }>(undefined)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const before = anchor.current
    if (before?.key !== undefined && before.index > 0 && keyOf(before.index) !== before.key) {
      let at = 0
      while (at < count && keyOf(at) !== before.key) at++
      if (at < count) element.scrollTop += (at - before.index) * ROW_HEIGHT_PX
    }
    const index = Math.floor(element.scrollTop / ROW_HEIGHT_PX)
    anchor.current = { index, key: keyOf(index) }
  })

  useEffect(() => {
    const element = box.current
    if (!element || active < 0) return
    const top = active * ROW_HEIGHT_PX
    const isAbove = top < element.scrollTop
    const isBelow = top + ROW_HEIGHT_PX > element.scrollTop + element.clientHeight
    if (isAbove) element.scrollTop = top - ROW_HEIGHT_PX
    if (isBelow) element.scrollTop = top - element.clientHeight + 3 * ROW_HEIGHT_PX
  }, [active])

  const first = props.isWhole ? 0 : Math.max(0, Math.floor(view.top / ROW_HEIGHT_PX) - BEYOND)
  const last = props.isWhole
    ? count
    : Math.min(count, Math.ceil((view.top + view.height) / ROW_HEIGHT_PX) + BEYOND)
  const rows: ComponentChildren[] = []
  for (let index = first; index < last; index++) rows.push(row(index))
  return (
    <div
      class="virtual-rows"
      ref={box}
      tabIndex={0}
      role="tree"
      aria-label={label}
      aria-activedescendant={activeId}
    >
      <div
        class="virtual-space"
        role="presentation"
        style={{ height: `${count * ROW_HEIGHT_PX}px` }}
      >
        <div role="presentation" style={{ transform: `translateY(${first * ROW_HEIGHT_PX}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  )
}
