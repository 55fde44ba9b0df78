import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api'
import type { Context as HonoContext, Next } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import { guard } from '../../base/guard.ts'
import * as HONO_ATTR from '../../base/hono-attributes.ts'
import { readProperty } from '../../base/thrown.ts'
import { SCOPE_NAME, VERSION } from '../../base/version.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { watchSettled } from '../../context/results/watch.ts'
import { Watcher } from '../../context/results/watcher.ts'
import { recordFailure } from '../../traces/failure.ts'
import { isMiddleware } from '../is-middleware.ts'
import { honoName, isHonoName } from './hono-name.ts'
import type { Handler, Registration } from './matched.ts'

/** A handler that runs in a span of its own wherever a span is recorded, and otherwise just runs. */
export const tracedHandler = ([handler, route]: Registration): Handler => {
  const { path, method } = route
  const target = findTargetHandler(route.handler as never) as unknown as Handler
  const given = honoName(target.name)
  // Of one method's, `app.get(path, etag(), handler)`, others show it by taking `next`.
  const kind =
    (method === 'ALL' || isHonoName(given)) && isMiddleware(target) ? 'middleware' : 'handler'
  // What Hono calls a mounted app says less than where it is.
  const name = given === 'handler' ? '' : given
  const label = name || path
  const attributes: Attributes = {
    [HONO_ATTR.handlerKind]: kind,
    [HONO_ATTR.handlerName]: name || undefined,
    [HONO_ATTR.handlerRoute]: path,
  }
  return (c, next) => {
    const parent = activeContext()
    const watcher =
      trace.getSpan(parent)?.isRecording() &&
      guard(() => {
        const tracer = trace.getTracer(SCOPE_NAME, VERSION)
        const span = tracer.startSpan(`${kind} ${label}`, { attributes }, parent)
        return new HandlerWatcher(trace.setSpan(parent, span), span, label)
      })
    return watcher ? run(handler, c, next, watcher) : handler(c, next)
  }
}

const run = (handler: Handler, c: HonoContext, next: Next, watcher: HandlerWatcher): unknown => {
  const timedNext: Next = () => {
    watcher.leave()
    const rest = next()
    watchSettled(rest, new NextWatcher(watcher))
    return rest
  }
  let result: unknown
  try {
    result = runWithContext(watcher.context, () => handler(c, timedNext))
  } catch (error) {
    watcher.fail(error)
    throw error
  }
  watchSettled(result, watcher)
  return result
}

class HandlerWatcher extends Watcher {
  readonly #span: Span
  readonly #label: string
  readonly #startedMs = performance.now()
  #leftMs: number | undefined
  #backMs: number | undefined

  constructor(context: Context, span: Span, label: string) {
    super(context)
    this.#span = span
    this.#label = label
  }

  leave(): void {
    if (this.#leftMs === undefined) {
      this.#leftMs = performance.now()
      this.#span.updateName(`middleware ${this.#label}`)
      this.#span.setAttribute(HONO_ATTR.handlerKind, 'middleware')
    }
  }

  back(): void {
    this.#backMs ??= performance.now()
  }

  protected ended(): void {
    if (this.#leftMs !== undefined) {
      this.#span.setAttribute(HONO_ATTR.beforeNextMs, this.#leftMs - this.#startedMs)
    }
    if (this.#backMs !== undefined) {
      this.#span.setAttribute(HONO_ATTR.afterNextMs, performance.now() - this.#backMs)
    }
    this.#span.end()
  }

  protected failed(error: unknown): void {
    const status = readProperty(error, 'status')
    // As for the server span: what the caller did wrong is no failure.
    if (!(typeof status === 'number' && status < 500)) {
      recordFailure(this.#span, error)
    }
    this.ended()
  }
}

class NextWatcher extends Watcher {
  readonly #handler: HandlerWatcher

  constructor(handler: HandlerWatcher) {
    super(handler.context)
    this.#handler = handler
  }

  protected ended(): void {
    this.#handler.back()
  }

  protected failed(): void {
    this.#handler.back()
  }
}
