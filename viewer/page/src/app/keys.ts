import { useEffect, useRef } from 'preact/hooks'

/** What single keys do; names as in `KeyboardEvent.key`. */
export type Keys = Record<string, (event: KeyboardEvent) => void>

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select')

/** Keys of one view, which come before those of the whole page; none while someone types. */
export function useKeys(keys: Keys, level: 'page' | 'view' = 'view'): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return
      const action = latest.current[event.key]
      if (!action) return
      event.preventDefault()
      action(event)
    }
    // On its way down to the element an event meets the view's listeners, on its way up the page's.
    window.addEventListener('keydown', onKey, level === 'view')
    return () => window.removeEventListener('keydown', onKey, level === 'view')
  }, [level])
}

/** Leaves a field by Esc. */
export function leaveFieldsByEscape(): void {
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isTyping(event.target)) {
      event.preventDefault()
      ;(event.target as HTMLElement).blur()
    }
  })
}

/** Moves the focus to the next or previous entry of the list on the page. */
export function moveFocus(by: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('[data-item]')]
  const at = items.findIndex((item) => item.contains(document.activeElement))
  const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by
  items[Math.max(0, Math.min(items.length - 1, next))]?.focus()
}
