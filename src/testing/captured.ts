import { activeContext, registerContextManager, runWithContext } from '../context/async-context.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { rememberedOptions } from '../telemetry/registry.ts'
import { Capture, captureIn, setCurrent, withCapture } from './capture.ts'
import { type LateWork, observeLateWork } from './execution-context.ts'
import { inTurn } from './in-turn.ts'
import { interceptAll, isAnythingMade, metricReaders } from './intercept.ts'
import {
  type CapturedLog,
  type CapturedPoint,
  type CapturedSpan,
  toPoints,
  toSpans,
} from './records.ts'

/** Longest wait for what goes on after the response. */
const TIMEOUT_MS = 2000

// Of the runtime, also where a test has put fake timers in their place.
const { setTimeout, clearTimeout } = globalThis

/** A Hono app, what `instrument` returns, or a Worker: whatever answers requests. */
export type CapturedApp =
  // biome-ignore lint/suspicious/noExplicitAny: any `Env` and `ExecutionContext` must fit.
  | { fetch(request: any, env?: any, executionCtx?: any): Response | Promise<Response> }
  // biome-ignore lint/suspicious/noExplicitAny: as above
  | ((request: any, env?: any, executionCtx?: any) => Response | Promise<Response>)

/** How a request is made: what `fetch` takes, and what the runtime would hand over. */
export interface CaptureOptions extends RequestInit {
  /** The bindings, `c.env`. Default none. */
  env?: unknown
  /** `c.executionCtx`. Its `waitUntil` is waited for. Default one of ours on Workers, none elsewhere. */
  executionCtx?: unknown
  /** Longest wait for the response's body, `waitUntil` and open spans, in milliseconds. Default 2000. */
  timeoutMs?: number
}

/** What was recorded: plain data, which `JSON.stringify` and `toMatchObject` take. */
export interface CapturedTelemetry {
  /** Finished spans, in the order in which they began. */
  spans: CapturedSpan[]
  /** One for each metric and set of attributes: what was added meanwhile, not totals. */
  metrics: CapturedPoint[]
  /** In the order in which they were written, the access line last. */
  logs: CapturedLog[]
  /** Names of spans that had begun and not ended when the time was up. */
  unfinished: string[]
}

/** The same of a request. */
export interface CapturedResponse extends CapturedTelemetry {
  /** As the app gave it; its body can still be read. */
  response: Response
}

/** The same of any work. */
export interface CapturedResult<T> extends CapturedTelemetry {
  /** What the work came to. */
  result: T
}

/**
 * Asks an app, and returns what it records of that: for an app's own tests, in Node, workerd, Bun and Deno alike. The app
 * stays as it is. Spans are all there, whatever its sampler is, as are access lines; what `traces: false` and the like
 * turn off is not.
 *
 * From the first capture on, nothing that this isolate records is sent, also outside of captures, and `OTEL_SDK_DISABLED`
 * has no effect. Captures run one after another: one that begins while another runs waits for its end, so that neither
 * has anything of the other. It ends when the response's body, what `waitUntil` was given and all spans have ended.
 *
 * @param app - A Hono app, what `instrument` returns, a Worker's default export, or a `fetch` function.
 * @param request - A request, or the path or URL of one.
 * @param options - What `fetch` takes, `env`, `executionCtx`, and how long to wait.
 * @throws Error when it is called within another capture, and when no telemetry was made, as by an app without
 *   `observability()` or with another copy of this package. What the app throws is passed on.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { log, observability, withSpan } from 'hono-observability'
 * import { captured } from 'hono-observability/testing'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.get('/orders/:id', async (c) => {
 *   log.info('order read', { 'order.id': c.req.param('id') })
 *   return c.json(await withSpan('price', () => ({ price: 42 })))
 * })
 *
 * const { response, spans, metrics, logs } = await captured(app, '/orders/7')
 * console.assert(response.status === 200)
 * console.assert(spans[0]?.name === 'GET /orders/:id' && spans[1]?.parent === 'GET /orders/:id')
 * console.assert(metrics.some(({ name, count }) => name === 'http.server.request.duration' && count === 1))
 * console.assert(logs[0]?.message === 'order read' && logs[0].trace_id === spans[0]?.traceId)
 * ```
 */
export function captured(
  app: CapturedApp,
  request: Request | URL | string,
  options?: CaptureOptions,
): Promise<CapturedResponse>
/**
 * Runs any work, such as a call of a Worker's `queue` or `scheduled` handler, and returns what is recorded of it.
 *
 * @example
 * ```ts
 * import { withSpan } from 'hono-observability'
 * import { captured } from 'hono-observability/testing'
 *
 * const { result, spans } = await captured(() => withSpan('price', () => 42))
 * console.assert(result === 42 && spans[0]?.name === 'price')
 * ```
 */
export function captured<T>(work: () => T): Promise<CapturedResult<Awaited<T>>>
// biome-ignore lint/plugin: two forms of one call
export async function captured<T>(
  app: CapturedApp | (() => T),
  request?: Request | URL | string,
  options: CaptureOptions = {},
): Promise<CapturedResponse | CapturedResult<Awaited<T>>> {
  if (captureIn(activeContext())?.isOver === false) {
    throw new Error('Cannot capture: `captured` must not be called within another capture')
  }
  const { env, executionCtx, timeoutMs = TIMEOUT_MS, ...init } = options
  return inTurn(async () => {
    interceptAll()
    registerContextManager()
    const late = observeLateWork(executionCtx)
    if (request === undefined) {
      // For what it records outside of any request: tracer and meters come with the telemetry.
      ensureTelemetry(rememberedOptions(), env)
      const { result, telemetry } = await capture(app as () => T, late, timeoutMs)
      return { result: result as Awaited<T>, ...telemetry }
    }
    const fetch = 'fetch' in app ? app.fetch.bind(app) : app
    const { result, telemetry } = await capture(
      () => fetch(requestOf(request, init), env, late.executionCtx),
      late,
      timeoutMs,
    )
    if (!isAnythingMade()) {
      throw new Error(
        'Cannot capture: `app` must use observability() or instrument() of the same copy of hono-observability as hono-observability/testing, received none',
      )
    }
    return { response: result as Response, ...telemetry }
  })
}

const requestOf = (request: Request | URL | string, init: RequestInit): Request =>
  request instanceof Request
    ? Object.keys(init).length > 0
      ? new Request(request, init)
      : request
    : new Request(new URL(request, 'http://localhost'), init)

const capture = async <T>(
  work: () => T,
  late: LateWork,
  timeoutMs: number,
): Promise<{ result: Awaited<T>; telemetry: CapturedTelemetry }> => {
  // What there was before is nothing of this.
  await collect()
  const capture = new Capture()
  setCurrent(capture)
  try {
    const result = await runWithContext(withCapture(activeContext(), capture), async () => {
      const settled = await work()
      await within(timeoutMs, () => settle(settled, late, capture))
      return settled
    })
    const metrics = toPoints(await collect())
    return {
      result,
      telemetry: {
        spans: toSpans(capture.spans),
        metrics,
        logs: capture.lines as CapturedLog[],
        unfinished: capture.open.map(({ name }) => name),
      },
    }
  } finally {
    capture.isOver = true
    setCurrent(undefined)
  }
}

const collect = async () =>
  (await Promise.all(metricReaders().map((reader) => reader.collect()))).flat()

/** Waits until nothing goes on any more. */
const settle = async (result: unknown, late: LateWork, capture: Capture): Promise<void> => {
  await readBody(result)
  let pauseMs = 0
  do {
    // At least a turn of the loop: the end of a body is noticed in one.
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    pauseMs = 5
  } while (((await late.wait()) || capture.open.length) && !capture.isOver)
}

/** To its end, of a copy. */
const readBody = async (result: unknown): Promise<void> => {
  if (result instanceof Response && result.body && !result.bodyUsed) {
    try {
      await result.clone().arrayBuffer()
    } catch {
      // Its source failed, which the span says.
    }
  }
}

const within = async (timeoutMs: number, wait: () => Promise<void>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const isUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([wait(), isUp])
  clearTimeout(timer)
}
