import type { TraceItem } from '../handlers/tail.ts'

/** What the access line of a request says of it. */
export interface AccessLine {
  readonly traceId: string | undefined
  readonly method: string
  /** Undefined when no route answered. */
  readonly route: string | undefined
  readonly path: string | undefined
}

/** Lines of one invocation in which access lines are looked for: the last, since a request's comes at its end. */
const MAX_LINES_READ = 100

/** Characters of a line that is read: the default of `logs.maxLineBytes`. */
const MAX_LINE_CHARS = 131_072

interface RequestEvent {
  readonly request?: { readonly url?: string; readonly method?: string; readonly headers?: object }
}

/**
 * The access line of the request that an invocation was. Of several (of what a request asks of a Durable Object in the
 * same isolate, for example) it is the one of the caller's trace, or else the one of the same method and path.
 */
export const accessLineOf = ({ logs = [], event }: TraceItem): AccessLine | undefined => {
  const { request } = (event ?? {}) as RequestEvent
  if (!request) {
    return undefined
  }
  const found = logs.slice(-MAX_LINES_READ).flatMap(({ message }) => readLine(message) ?? [])
  const [, traceId] = String((request.headers as { traceparent?: string })?.traceparent).split('-')
  const path = pathOf(request.url)
  return (
    found.find((line) => traceId !== undefined && line.traceId === traceId) ??
    found.find((line) => line.method === request.method && line.path === path) ??
    (found.length === 1 ? found[0] : undefined)
  )
}

const readLine = (message: unknown): AccessLine | undefined => {
  const [given] = Array.isArray(message) ? (message as unknown[]) : [message]
  const line = typeof given === 'string' ? parsed(given) : given
  const fields = (line ?? {}) as Record<string, unknown>
  const method = textOf(fields['http.request.method'])
  return fields.logger === 'access' && method
    ? {
        traceId: textOf(fields.trace_id),
        method,
        route: textOf(fields['http.route']),
        path: textOf(fields['url.path']),
      }
    : undefined
}

/** Most lines are none of ours, and are not worth parsing. */
const parsed = (line: string): unknown => {
  if (line.length > MAX_LINE_CHARS || !line.includes('"logger":"access"')) {
    return undefined
  }
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined

const pathOf = (url: string | undefined): string | undefined => {
  try {
    return new URL(url ?? '').pathname
  } catch {
    return undefined
  }
}
