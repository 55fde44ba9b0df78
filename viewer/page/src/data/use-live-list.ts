import { useEffect, useRef, useState } from 'preact/hooks'
import type { Page } from '../api-types.ts'
import { ApiError, getJson } from './api.ts'
import { keep, kept } from './kept.ts'
import { type ItemKind, type ListState, MAX_ITEMS, mergeArrived, mergePage } from './merge-items.ts'
import { changed, urlOf } from './place.ts'
import { type LiveState, useLive } from './use-live.ts'
import { useThrottled } from './use-throttled.ts'

const REFRESH_MS = 1000

interface LiveListOptions<T> extends ItemKind<T> {
  path: string
  query: URLSearchParams
  type: 'trace' | 'log'
  /** The live tail; undefined when the list does not follow. */
  liveUrl: string | undefined
  /** What the tail brings belongs to the list as it is; otherwise the list is asked for again. */
  isPlain: boolean
  /** Someone reads: nothing may move. */
  isHeld: boolean
}

/** A list that follows what arrives, unless someone reads it. */
export interface LiveList<T> {
  /** Undefined until the first page is here. */
  items: readonly T[] | undefined
  incomplete: boolean
  error: ApiError | undefined
  /** New ones that are not shown while someone reads; `isMore`: at least so many. */
  waiting: number
  isMore: boolean
  live: LiveState
  /** Shows those that wait. */
  apply: () => void
  reload: () => void
  /** Undefined when there is no more. */
  more: (() => void) | undefined
}

/** Reads a list by pages and keeps it up to date: once a frame, and never under the reader's eyes. */
export function useLiveList<T>(options: LiveListOptions<T>): LiveList<T> {
  const { path, query, type, liveUrl, isPlain, isHeld, keyOf } = options
  const url = urlOf(path, query)
  const [list, setList] = useState<ListState<T> | undefined>(() => kept(`list ${url}`))
  const [error, setError] = useState<ApiError>()
  const [isLoading, setLoading] = useState(false)
  const [waiting, setWaiting] = useState(0)
  const latest = useRef({ options, list, url, waiting })
  latest.current = { options, list, url, waiting }
  const arrived = useRef(new Map<string, T>())
  /** Records that the tail left out, since the list was last read. */
  const skipped = useRef(0)
  const frame = useRef(0)

  const show = (next: ListState<T>): void => {
    latest.current.list = next
    keep(`list ${next.url}`, next)
    setList(next)
  }
  const countWaiting = (): void => {
    const known = new Set(latest.current.list?.items.map(keyOf))
    let count = skipped.current
    for (const key of arrived.current.keys()) if (!known.has(key)) count++
    setWaiting(count)
  }
  const ask = async (signal?: AbortSignal): Promise<void> => {
    const { url: asked } = latest.current
    try {
      const page = await getJson<Page<T>>(asked, signal ?? new AbortController().signal)
      const { list: before, url: now, options: own } = latest.current
      if (asked !== now) return
      setError(undefined)
      if (before?.url === now && own.isHeld && before.items.length > 0) {
        const known = new Set(before.items.map(keyOf))
        for (const item of page.items.toReversed()) {
          if (!known.has(keyOf(item))) arrived.current.set(keyOf(item), item)
        }
        countWaiting()
        return
      }
      skipped.current = 0
      setWaiting(0)
      show(mergePage(before, page, now, own))
    } catch (reason) {
      if (!signal?.aborted) setError(ApiError.from(reason))
    }
  }
  const refresh = useThrottled(() => void ask(), REFRESH_MS)

  const apply = (): void => {
    const { list: before, options: own, url: now } = latest.current
    const isHole = skipped.current > 0 || arrived.current.size >= MAX_ITEMS
    if (before && before.url === now && !isHole && arrived.current.size) {
      show(mergeArrived(before, arrived.current, own))
    } else if (isHole) {
      refresh()
    }
    arrived.current.clear()
    if (!isHole) setWaiting(0)
  }
  const flush = (): void => {
    frame.current = 0
    if (latest.current.options.isHeld) countWaiting()
    else apply()
  }
  const soon = (): void => {
    frame.current ||= requestAnimationFrame(flush)
  }
  const live = useLive<T>(liveUrl, type, {
    onItem: (item) => {
      if (!isPlain) return refresh()
      const key = keyOf(item)
      // At the end, so that the newest is the last.
      arrived.current.delete(key)
      arrived.current.set(key, item)
      if (arrived.current.size > MAX_ITEMS) {
        for (const oldest of arrived.current.keys()) {
          arrived.current.delete(oldest)
          skipped.current++
          break
        }
      }
      soon()
    },
    onGap: (missed) => {
      skipped.current += missed ?? 1
      if (latest.current.options.isHeld) countWaiting()
      else refresh()
    },
  })

  useEffect(() => {
    const abort = new AbortController()
    arrived.current.clear()
    skipped.current = 0
    setWaiting(0)
    const before = kept<ListState<T>>(`list ${url}`)
    if (before) show(before)
    // Whoever comes back puts the focus where it was first.
    const timer = setTimeout(() => void ask(abort.signal), before ? 100 : 0)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [url])
  useEffect(() => {
    if (!isHeld) apply()
  }, [isHeld])
  useEffect(() => () => cancelAnimationFrame(frame.current), [])

  const cursor = list?.nextCursor
  const more = async (): Promise<void> => {
    setLoading(true)
    try {
      const next = urlOf(path, changed(query, { cursor: cursor ?? undefined }))
      const page = await getJson<Page<T>>(next, new AbortController().signal)
      const { list: before, url: now } = latest.current
      if (before && before.url === now) {
        const known = new Set(before.items.map(keyOf))
        const added = page.items.filter((item) => !known.has(keyOf(item)))
        show({ ...before, ...page, items: [...before.items, ...added] })
      }
    } catch (reason) {
      setError(ApiError.from(reason))
    }
    setLoading(false)
  }
  return {
    items: list?.items,
    incomplete: list?.incomplete ?? false,
    error,
    waiting,
    isMore: !isPlain,
    live,
    apply: () => {
      latest.current.options = { ...options, isHeld: false }
      apply()
    },
    reload: () => void ask(),
    more: cursor && !isLoading ? () => void more() : undefined,
  }
}
