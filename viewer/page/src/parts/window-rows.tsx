import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keep, kept } from '../data/kept.ts'

interface WindowRowsProps<T> {
  items: readonly T[]
  keyOf: (item: T) => string
  label: string
  class: string
  /** Draws one row, an `li` with the attribute `data-key`, as high as all others unless it is open. */
  row: (item: T) => ComponentChildren
}

const BEYOND = 12
const MAX_FRAMES = 60
const USUAL_HEIGHT_PX = 26

/**
 * A list as long as the page, of which only the rows in sight are in the document. Rows are of one
 * height, but for those that are open: these are measured.
 */
export function WindowRows<T>({ items, keyOf, label, row, ...rest }: WindowRowsProps<T>): VNode {
  const list = useRef<HTMLUListElement>(null)
  const [height, setHeight] = useState(USUAL_HEIGHT_PX)
  const [view, setView] = useState({ top: window.scrollY, height: window.innerHeight })
  /** How much higher than others, by keys. */
  const extra = useRef(new Map<string, number>())
  const [, setMeasured] = useState(0)

  useLayoutEffect(() => {
    const measure = (): void => {
      const top = -(list.current?.getBoundingClientRect().top ?? 0)
      setView({ top, height: window.innerHeight })
    }
    measure()
    window.addEventListener('scroll', measure, { passive: true })
    window.addEventListener('resize', measure)
    return () => {
      window.removeEventListener('scroll', measure)
      window.removeEventListener('resize', measure)
    }
  }, [])

  useLayoutEffect(() => {
    let isOther = false
    let usual = 0
    for (const element of list.current?.children ?? []) {
      const { offsetHeight } = element as HTMLElement
      const key = (element as HTMLElement).dataset.key ?? ''
      const isOpen = element.querySelector('details[open]') !== null
      if (!isOpen) usual ||= offsetHeight
      const more = isOpen ? offsetHeight - height : 0
      if (more === (extra.current.get(key) ?? 0)) continue
      if (more) extra.current.set(key, more)
      else extra.current.delete(key)
      isOther = true
    }
    if (usual && usual !== height) setHeight(usual)
    else if (isOther) setMeasured((turn) => turn + 1)
  })

  useEffect(() => {
    const element = list.current
    // Opened rows draw what is in them first. The event does not bubble.
    const measure = (): void => {
      requestAnimationFrame(() => setMeasured((turn) => turn + 1))
    }
    element?.addEventListener('toggle', measure, true)
    return () => element?.removeEventListener('toggle', measure, true)
  }, [])

  useEffect(() => {
    const key = kept<string>('chosen')
    if (key === undefined) return
    let frame = 0
    let left = MAX_FRAMES
    // It is drawn when the page is scrolled to where it was.
    const choose = (): void => {
      const chosen = [...(list.current?.children ?? [])].find(
        (element) => (element as HTMLElement).dataset.key === key,
      )
      if (chosen) chosen.querySelector<HTMLElement>('[data-item]')?.focus({ preventScroll: true })
      else if (--left > 0) frame = requestAnimationFrame(choose)
    }
    frame = requestAnimationFrame(choose)
    return () => cancelAnimationFrame(frame)
  }, [])

  const opened =
    extra.current.size === 0
      ? []
      : items.flatMap((item, at): [number, number][] => {
          const more = extra.current.get(keyOf(item))
          return more ? [[at, more]] : []
        })
  /** The row at a height, and how high those above it are. */
  const topOf = (at: number): number =>
    at * height + opened.reduce((sum, [index, more]) => sum + (index < at ? more : 0), 0)
  const rowAt = (px: number): number => {
    let before = 0
    for (const [index, more] of opened) {
      if (topOf(index) > px) break
      before += Math.min(more, Math.max(0, px - topOf(index) - height))
    }
    return Math.floor((px - before) / height)
  }
  const first = Math.max(0, Math.min(items.length, rowAt(view.top) - BEYOND))
  const last = Math.min(items.length, Math.max(0, rowAt(view.top + view.height)) + BEYOND + 1)
  return (
    <ul
      {...rest}
      ref={list}
      aria-label={label}
      style={{
        'padding-top': `${topOf(first)}px`,
        'padding-bottom': `${topOf(items.length) - topOf(last)}px`,
      }}
      onFocusCapture={(event) => {
        const key = (event.target as HTMLElement).closest('li')?.dataset.key
        if (key) keep('chosen', key)
      }}
    >
      {items.slice(first, last).map((item) => row(item))}
    </ul>
  )
}
