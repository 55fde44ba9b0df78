import { useEffect, useState } from 'preact/hooks'

/** Pixels that are still the top of the page. */
const NEAR_TOP_PX = 40

/**
 * Whether someone reads what is in an element: the pointer is over it, the focus is in it, or the page
 * is scrolled. Then nothing in it should move.
 */
export function useReading(element: { current: HTMLElement | null }): boolean {
  const [isOver, setOver] = useState(false)
  const [hasFocus, setFocus] = useState(false)
  const [isScrolled, setScrolled] = useState(window.scrollY > NEAR_TOP_PX)
  useEffect(() => {
    const box = element.current
    if (!box) return
    // A finger leaves no pointer behind.
    const enter = (event: PointerEvent): void => setOver(event.pointerType === 'mouse')
    const leave = (): void => setOver(false)
    const focus = (): void => setFocus(true)
    const blur = (event: FocusEvent): void => {
      if (!box.contains(event.relatedTarget as Node | null)) setFocus(false)
    }
    const scroll = (): void => setScrolled(window.scrollY > NEAR_TOP_PX)
    box.addEventListener('pointerenter', enter)
    box.addEventListener('pointermove', enter)
    box.addEventListener('pointerleave', leave)
    box.addEventListener('focusin', focus)
    box.addEventListener('focusout', blur)
    window.addEventListener('scroll', scroll, { passive: true })
    return () => {
      box.removeEventListener('pointerenter', enter)
      box.removeEventListener('pointermove', enter)
      box.removeEventListener('pointerleave', leave)
      box.removeEventListener('focusin', focus)
      box.removeEventListener('focusout', blur)
      window.removeEventListener('scroll', scroll)
    }
  }, [])
  return isOver || hasFocus || isScrolled
}
