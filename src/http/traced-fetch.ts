/*
 * What a browser loads of this package, so it imports nothing.
 */

/** Settings of {@link tracedFetch}. */
export interface TracedFetchOptions {
  /** What sends the request. Default: the global `fetch` of the moment. */
  fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /**
   * Where the trace goes: to these origins (`https://api.example.com`), `*` for all. In a page also to its own. Another
   * origin must allow the header `traceparent` by CORS, or its answers are lost. Default: a page's own origin; where
   * there is no page, all.
   */
  origins?: readonly string[]
  /**
   * The `traceparent` that requests are sent below, or who knows it. Default: the active span's of OpenTelemetry, the
   * page's `<meta name="traceparent">`, or else a new trace for each request.
   */
  traceparent?: string | (() => string | undefined)
  /** Share of new traces that ask to be recorded, from 0 to 1: servers follow it. Default 1. */
  ratio?: number
}

/**
 * A `fetch` that sends `traceparent` along, for `hc` in a browser or another server, and for any other use. The trace is
 * joined by whoever answers. It records nothing itself, sends nothing of its own, and has no dependency.
 *
 * A `traceparent` that is there already stays. A fault leaves the request as it is. W3C Trace Context, section 3.2.
 *
 * @returns A function to be used as `fetch`.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { hc } from 'hono/client'
 * import { tracedFetch } from 'hono-observability/client'
 *
 * const client = hc('https://api.example.com', { fetch: tracedFetch() })
 * ```
 */
export const tracedFetch = ({
  fetch: send,
  origins,
  traceparent,
  ratio = 1,
}: TracedFetchOptions = {}): ((
  input: string | URL | Request,
  init?: RequestInit,
) => Promise<Response>) => {
  if (origins && !Array.isArray(origins)) {
    throw new TypeError(
      `Cannot trace fetch: \`origins\` must be an array of origins, received ${typeof origins}`,
    )
  }
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new TypeError(
      `Cannot trace fetch: \`ratio\` must be a number from 0 to 1, received ${ratio}`,
    )
  }
  const isFor = (origin: string): boolean => {
    const own = page().location?.origin
    return (own ? own === origin : !origins) || !!origins?.some((to) => to === '*' || to === origin)
  }
  const headersFor = (input: string | URL | Request, init?: RequestInit): Headers | undefined => {
    const request = input instanceof Request ? input : undefined
    const headers = new Headers(init?.headers ?? request?.headers)
    const { origin } = new URL(request?.url ?? String(input), page().location?.href)
    if (headers.has('traceparent') || !isFor(origin)) {
      return undefined
    }
    const given = typeof traceparent === 'function' ? traceparent() : traceparent
    const found = [given, activeTraceparent(), pageTraceparent()].find((text) =>
      VALID.test(`${text}`),
    )
    headers.set('traceparent', found ?? newTraceparent(ratio))
    return headers
  }
  return (input, init) => {
    // Called without an object before it: it may be the platform's own.
    const call = send ?? globalThis.fetch
    let headers: Headers | undefined
    try {
      // Members that are inherited, or are another request's, would be lost.
      headers = isPlain(init) ? headersFor(input, init) : undefined
    } catch {
      // What is wrong with the request, `fetch` will say.
    }
    return headers ? call(input, { ...init, headers }) : call(input, init)
  }
}

/**
 * A new `traceparent`, to have several requests in one trace: those of one page view, or of one job.
 *
 * @param ratio - Share of them that ask to be recorded, from 0 to 1. Default 1.
 *
 * @example
 * ```ts
 * import { newTraceparent, tracedFetch } from 'hono-observability/client'
 *
 * const fetchOfThisView = tracedFetch({ traceparent: newTraceparent() })
 * ```
 */
export const newTraceparent = (ratio = 1): string => {
  const traceId = hex(16)
  // By the random bits of the id, as servers decide with the same ratio.
  const isSampled = Number.parseInt(traceId.slice(18, 26), 16) / 2 ** 32 >= 1 - ratio
  return `00-${traceId}-${hex(8)}-0${isSampled ? 3 : 2}`
}

const VALID = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

const hex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

const isPlain = (init: object | undefined): boolean =>
  !init || [Object.prototype, null].includes(Object.getPrototypeOf(init))

/** What only a browser has, and types of other runtimes do not know. */
interface Page {
  readonly location?: { readonly origin: string; readonly href: string }
  readonly document?: { querySelector(selector: string): { readonly content?: string } | null }
}

const page = (): Page => globalThis as Page

interface Registered {
  context?: {
    active(): {
      getValue(
        key: symbol,
      ): { spanContext(): { traceId: string; spanId: string; traceFlags: number } } | undefined
    }
  }
}

/** By the names under which every copy of OpenTelemetry's API finds the others. */
const activeTraceparent = (): string | undefined => {
  const api = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')]
  const span = (api as Registered | undefined)?.context
    ?.active()
    .getValue(Symbol.for('OpenTelemetry Context Key SPAN'))
    ?.spanContext()
  return span && `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 3}`
}

const pageTraceparent = (): string | undefined =>
  page().document?.querySelector('meta[name=traceparent]')?.content
