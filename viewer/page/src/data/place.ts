import { useEffect, useState } from 'preact/hooks'
import { entryState, keep, nextKey } from './kept.ts'

/** Where the reader is: all of what is shown follows from it. */
export interface Place {
  path: string
  query: URLSearchParams
}

/** Values to be put into the query; undefined or '' removes, a list comes as often as it is long. */
export type QueryChanges = Record<string, string | readonly string[] | undefined>

const listeners = new Set<() => void>()

const announce = (): void => {
  for (const listener of listeners) listener()
}

export function currentPlace(): Place {
  const { pathname, search } = window.location
  return { path: pathname, query: new URLSearchParams(search) }
}

/** Goes to an address of this page. */
export function go(url: string, how: 'push' | 'replace' = 'push'): void {
  const before = window.location.pathname
  keep('scroll', window.scrollY)
  if (how === 'push') history.pushState({ steps: steps() + 1, key: nextKey() }, '', url)
  else history.replaceState(history.state, '', url)
  announce()
  if (window.location.pathname !== before) window.scrollTo(0, 0)
}

/** How many steps within the page led here. */
const steps = (): number => entryState().steps ?? 0

/** Goes back to where the reader came from; to `otherwise` when that was not in this page. */
export function goBack(otherwise: string): void {
  if (steps() > 0) history.back()
  else go(otherwise)
}

/** An address with a query. */
export function urlOf(path: string, query: QueryChanges | URLSearchParams): string {
  const search = query instanceof URLSearchParams ? query : changed(new URLSearchParams(), query)
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** The query with changes. */
export function changed(query: URLSearchParams, changes: QueryChanges): URLSearchParams {
  const result = new URLSearchParams(query)
  for (const [key, value] of Object.entries(changes)) {
    result.delete(key)
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) {
      if (each) result.append(key, each)
    }
  }
  return result
}

/** Changes the query of the present address. */
export function setQuery(changes: QueryChanges, how: 'push' | 'replace' = 'push'): void {
  const { path, query } = currentPlace()
  go(urlOf(path, changed(query, changes)), how)
}

/** The present address, again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace)
  useEffect(() => {
    const update = (): void => setPlace(currentPlace())
    listeners.add(update)
    window.addEventListener('popstate', update)
    return () => {
      listeners.delete(update)
      window.removeEventListener('popstate', update)
    }
  }, [])
  return place
}

/** Lets links within the page change the address without loading it anew. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element).closest('a')
    const href = link?.getAttribute('href')
    // Within the same page, the browser knows how.
    if (!link || !href || href.startsWith('#') || event.defaultPrevented) return
    if (link.hasAttribute('target') || link.hasAttribute('download')) return
    // Read from the attribute: links in pictures have no properties for it.
    const url = new URL(href, window.location.href)
    if (url.origin !== window.location.origin || url.pathname.startsWith('/api/')) return
    event.preventDefault()
    if (url.href !== window.location.href) go(url.href)
  })
}
