import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, getJson } from './api.ts'

export interface Loaded<T> {
  /** The newest answer; the one before while another is on its way. */
  data: T | undefined
  error: ApiError | undefined
  isLoading: boolean
  reload: () => void
}

export interface UseJsonOptions {
  /** Asks again so many milliseconds after each answer, while the page is seen. Default never. */
  everyMs?: number | undefined
}

/** Asks the API, again whenever the URL changes. Undefined asks for nothing. */
export function useJson<T>(url: string | undefined, { everyMs }: UseJsonOptions = {}): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({
    data: undefined,
    error: undefined,
    isLoading: url !== undefined,
  })
  const [turn, setTurn] = useState(0)
  const shown = useRef<string>(undefined)

  useEffect(() => {
    if (url === undefined) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const path = url.split('?')[0]
    setState(({ data }) => ({
      // Another filter of the same list: better the old rows for a moment than none.
      data: path === shown.current ? data : undefined,
      error: undefined,
      isLoading: true,
    }))
    const ask = async (): Promise<void> => {
      try {
        const data =
          document.hidden && shown.current ? undefined : await getJson<T>(url, abort.signal)
        if (data !== undefined) {
          shown.current = path
          setState({ data, error: undefined, isLoading: false })
        }
      } catch (error) {
        if (abort.signal.aborted) return
        setState(({ data }) => ({ data, error: ApiError.from(error), isLoading: false }))
      }
      if (everyMs !== undefined && !abort.signal.aborted) timer = setTimeout(ask, everyMs)
    }
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [url, everyMs, turn])

  return { ...state, reload: () => setTurn((value) => value + 1) }
}
