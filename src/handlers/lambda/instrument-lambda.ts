import { type Context, trace } from '@opentelemetry/api'
import { delay } from '../../base/checks.ts'
import { guard } from '../../base/guard.ts'
import { mustBe } from '../../base/messages.ts'
import { isThenable } from '../../base/thenable.ts'
import {
  activeContext,
  registerContextManager,
  runWithContext,
} from '../../context/async-context.ts'
import { withTell } from '../../invocation/tell.ts'
import { flushItself } from '../../runtimes/host.ts'
import { isLambdaContext, lambdaAttributes } from './attributes.ts'
import { boundedFlush } from './flush.ts'
import { xraySegment } from './xray.ts'

/** Settings of {@link instrumentLambda}. */
export interface LambdaSettings {
  /**
   * Longest time that a response waits for its telemetry to leave, in milliseconds. Default 1000. A receiver that did not
   * take it in time is not waited for again for a second, then two, and so on up to a minute; what was not sent then
   * goes with a later invocation.
   */
  timeoutMs?: number
  /**
   * What becomes of X-Ray's own segment, where active tracing is on (`_X_AMZN_TRACE_ID`). `parent`: spans go on in its
   * trace, unless the caller sent a `traceparent`: for those who export to X-Ray. `link`: the span has a link to it.
   * Default `false`: nothing, since other backends do not have that segment.
   */
  xray?: 'parent' | 'link' | false
}

type Handler = (...args: never[]) => unknown

/**
 * Wraps a handler of AWS Lambda or Lambda@Edge, as Hono's adapters make it, so that spans, metrics and logs have left
 * before the platform freezes the process: they are sent when the handler has answered, and the answer is handed over after
 * that. A handler that streams has sent its answer by then, which nothing delays. What it answers is not changed.
 *
 * Server spans get `faas.invocation_id`, `faas.trigger`, `aws.lambda.invoked_arn`, `cloud.resource_id` and
 * `cloud.account.id`, as the semantic conventions 1.44, "Instrumenting AWS Lambda", name them.
 *
 * @param handler - What `handle(app)` or `streamHandle(app)` returns, or any other handler, with promise or callback.
 * @param settings - How long to wait, and what to make of X-Ray.
 * @returns The same handler, wrapped.
 * @throws TypeError when `handler` is not a function, or a setting is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { handle } from 'hono/aws-lambda'
 * import { observability } from 'hono-observability'
 * import { instrumentLambda } from 'hono-observability/lambda'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
 *
 * export const handler = instrumentLambda(handle(app))
 * ```
 */
export const instrumentLambda = <H extends Handler>(
  handler: H,
  settings: LambdaSettings = {},
): H => {
  check(handler, settings)
  const { timeoutMs = 1000, xray = false } = settings
  const flush = boundedFlush(timeoutMs)
  flushItself()
  // A proxy, so that it says all that the runtime asks of a handler: its length, and whether it streams.
  return new Proxy(handler, {
    apply(target, self, args: unknown[]) {
      // Not the event, whose writer may be anybody.
      const context = args.slice(1).find(isLambdaContext)
      const leave = (): Promise<void> =>
        flush(guard(() => context?.getRemainingTimeInMillis?.()) ?? Number.POSITIVE_INFINITY)
      const given = args.map((arg) =>
        typeof arg === 'function' ? after(leave, arg as never) : arg,
      )
      const around = guard(() => contextOf(context, xray)) ?? activeContext()
      const result: unknown = runWithContext(around, () =>
        Reflect.apply(target, self, given as never[]),
      )
      return isThenable(result) ? settled(result, leave) : result
    },
  })
}

const check = (handler: unknown, { timeoutMs, xray }: LambdaSettings): void => {
  const mistake =
    typeof handler !== 'function'
      ? mustBe('handler', 'a function', handler)
      : timeoutMs !== undefined && !delay.test(timeoutMs)
        ? mustBe('timeoutMs', delay.expected, timeoutMs)
        : ![undefined, false, 'parent', 'link'].includes(xray)
          ? mustBe('xray', '`parent`, `link` or false', xray)
          : undefined
  if (mistake) {
    throw new TypeError(`Cannot instrument a Lambda: ${mistake}`)
  }
}

/** What the app is handled in: it knows of the invocation. */
const contextOf = (context: unknown, xray: LambdaSettings['xray']): Context => {
  // Nobody has asked for it before the first request.
  registerContextManager()
  const segment = xray ? xraySegment() : undefined
  const active = activeContext()
  return withTell(
    segment && xray === 'parent' ? trace.setSpanContext(active, segment) : active,
    (options) => {
      if (isLambdaContext(context)) {
        Object.assign(options.attributes, lambdaAttributes(context))
      }
      if (segment && xray === 'link') {
        options.links = [
          ...(options.links ?? []),
          { context: segment, attributes: { source: 'x-ray-env' } },
        ]
      }
    },
  )
}

/** The same outcome, when what was recorded has left. */
const settled = async (
  result: PromiseLike<unknown>,
  leave: () => Promise<void>,
): Promise<unknown> => {
  try {
    return await result
  } finally {
    await leave()
  }
}

/** The platform's callback, which ends an invocation as well, called when what was recorded has left. */
const after =
  (leave: () => Promise<void>, callback: (...args: unknown[]) => unknown) =>
  (...args: unknown[]): void => {
    void leave().then(() => callback(...args))
  }
