import { guard } from '../base/guard.ts'
import type { TraceItem } from '../handlers/tail.ts'

/** What the access line of a request says of it. */
export interface AccessLine {
  readonly method: string
  /** Undefined when no route answered. */
  readonly route: string | undefined
}

/** Lines of one invocation in which access lines are looked for: the last, since a request's comes at its end. */
const MAX_LINES_READ = 100

/** Characters of a line that is read: the default of `logs.maxLineBytes`. */
const MAX_LINE_CHARS = 131_072

interface Request {
  readonly url?: string
  readonly method?: string
  /** The platform puts `REDACTED` in place of what looks like a key in `url`. */
  getUnredacted?(): Request
}

/** Where the tailed app writes what the tail Worker was told, with `log.set`. */
const MARK = 'hono.tail.mark'

/**
 * The access line of the request that an invocation was. An app may write what a client has sent, and that may look like
 * one: so it is the last that has the form of ours, and it says no other method and path than the platform does.
 */
export const accessLineOf = (
  { logs = [], event }: TraceItem,
  mark?: string,
): AccessLine | undefined => {
  const { request } = (event ?? {}) as { readonly request?: Request }
  if (!request) {
    return undefined
  }
  const { url, method = '' } = guard(() => request.getUnredacted?.()) ?? request
  const path = pathOf(url)
  const known = METHODS.test(method) ? method : '_OTHER'
  for (const { message } of logs.slice(-MAX_LINES_READ).reverse()) {
    const line = readLine(message)
    if (
      line?.['http.request.method'] === known &&
      isPathOf(line['url.path'], path) &&
      (mark === undefined || line[MARK] === mark)
    ) {
      const route = line['http.route']
      return { method: known, route: typeof route === 'string' && route ? route : undefined }
    }
  }
  return undefined
}

/** Those that semantic conventions know. */
const METHODS = /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE)$/

/** How our lines begin. Most others are not worth parsing. */
const BEGIN = '{"timestamp":"'

/** The keys of an access line, in their order. */
const KEYS =
  /^timestamp,level,severity_number,message,logger,service\.name,(?:trace_id,)?(?:span_id,)?(?:trace_flags,)?(?:request_id,)?http\.request\.method,(?:http\.route,)?url\.path,http\.response\.status_code,duration_ms(?:,|$)/

const readLine = (message: unknown): Record<string, unknown> | undefined => {
  const [line, ...more] = Array.isArray(message) ? (message as unknown[]) : [message]
  if (
    typeof line !== 'string' ||
    more.length > 0 ||
    line.length > MAX_LINE_CHARS ||
    !line.startsWith(BEGIN)
  ) {
    return undefined
  }
  try {
    const fields = JSON.parse(line) as Record<string, unknown>
    return fields.logger === 'access' && KEYS.test(Object.keys(fields).join()) ? fields : undefined
  } catch {
    return undefined
  }
}

const CENSOR = '[REDACTED]'

/** Whether a line's path is that of the request, of which the line may have left out secrets. */
const isPathOf = (said: unknown, path: string | undefined): boolean => {
  if (typeof said !== 'string' || path === undefined) {
    return false
  }
  const parts = path.split('/')
  const partsSaid = said.split('/')
  return (
    partsSaid.length === parts.length &&
    partsSaid.every((part, index) => part === parts[index] || part.includes(CENSOR))
  )
}

const pathOf = (url: string | undefined): string | undefined => {
  try {
    return new URL(url ?? '').pathname
  } catch {
    return undefined
  }
}
