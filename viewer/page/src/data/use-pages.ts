import { useEffect, useState } from 'preact/hooks'
import type { Page } from '../api-types.ts'
import { ApiError, getJson } from './api.ts'
import { changed, urlOf } from './place.ts'
import { type Loaded, useJson } from './use-json.ts'

export interface Pages<T> extends Omit<Loaded<Page<T>>, 'data'> {
  /** Undefined until the first page is here. */
  items: readonly T[] | undefined
  /** Undefined when there is no more. */
  more: (() => void) | undefined
  incomplete: boolean
}

/** A list of the API by pages: the first, and those that were asked for. */
export function usePages<T>(path: string, query: URLSearchParams): Pages<T> {
  const first = useJson<Page<T>>(urlOf(path, query))
  const [rest, setRest] = useState<readonly Page<T>[]>([])
  const [state, setState] = useState<{ error?: ApiError; isLoading: boolean }>({ isLoading: false })
  useEffect(() => setRest([]), [first.data])

  const last = rest.at(-1) ?? first.data
  const cursor = last?.nextCursor
  const more = async (): Promise<void> => {
    setState({ isLoading: true })
    try {
      const url = urlOf(path, changed(query, { cursor: cursor ?? undefined }))
      const page = await getJson<Page<T>>(url, new AbortController().signal)
      setRest((pages) => [...pages, page])
      setState({ isLoading: false })
    } catch (error) {
      setState({ error: ApiError.from(error), isLoading: false })
    }
  }
  return {
    items: first.data && [...first.data.items, ...rest.flatMap(({ items }) => items)],
    more: cursor && !state.isLoading ? () => void more() : undefined,
    incomplete: last?.incomplete ?? false,
    error: first.error ?? state.error,
    isLoading: first.isLoading || state.isLoading,
    reload: first.reload,
  }
}
