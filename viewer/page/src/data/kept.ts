/**
 * What a view wants to find again when the reader comes back to it: its list, what was chosen, how
 * far it was scrolled. Kept for each entry of the history, in memory alone.
 */

const MAX_ENTRIES = 30

const entries = new Map<number, Map<string, unknown>>()
let lastKey = Date.now()

interface EntryState {
  /** How many steps within the page led here. */
  steps?: number
  key?: number
}

/** What the present entry of the history says of itself. */
export const entryState = (): EntryState => (history.state as EntryState | null) ?? {}

/** A key that no entry has. */
export const nextKey = (): number => ++lastKey

/** Keeps something for the present entry. */
export function keep(name: string, value: unknown): void {
  const key = entryState().key ?? 0
  const kept = entries.get(key) ?? new Map<string, unknown>()
  // Set anew, so that the entries are in the order of their use.
  entries.delete(key)
  entries.set(key, kept.set(name, value))
  for (const oldest of entries.keys()) {
    if (entries.size <= MAX_ENTRIES) break
    entries.delete(oldest)
  }
}

/** What was kept for the present entry. */
export function kept<T>(name: string): T | undefined {
  return entries.get(entryState().key ?? 0)?.get(name) as T | undefined
}

/** Frames for which a view may draw itself before it is scrolled to where it was. */
const MAX_FRAMES = 40

let restoring = false

/** Remembers how far each entry is scrolled, and scrolls there when the reader comes back. */
export function keepScroll(): void {
  history.scrollRestoration = 'manual'
  window.addEventListener('scroll', () => restoring || keep('scroll', window.scrollY), {
    passive: true,
  })
  window.addEventListener('popstate', () => {
    const top = kept<number>('scroll') ?? 0
    let frames = 0
    restoring = true
    const scroll = (): void => {
      window.scrollTo(0, top)
      restoring = Math.abs(window.scrollY - top) > 1 && ++frames < MAX_FRAMES
      if (restoring) requestAnimationFrame(scroll)
    }
    requestAnimationFrame(scroll)
  })
}
