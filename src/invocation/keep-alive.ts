import type { RequestPipeline } from '../export/pipeline/join.ts'
import { installExitHooks } from '../runtimes/host.ts'
import { isShortLived, isStoppedAtWill } from '../runtimes/short-lived.ts'
import { processEnd } from '../telemetry/flush.ts'
import { abandonTrace, type LocalTrace } from '../traces/local-trace.ts'

/** Something that goes on after the response's headers. */
export interface Flow {
  /** Whether anything came of it in the last so many milliseconds. */
  hasFlowed(withinMs: number): boolean
}

interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void
}

const canWait = (value: unknown): value is WaitUntil =>
  typeof (value as WaitUntil | undefined | null)?.waitUntil === 'function'

/** Where processes live on for a while after a response, nobody has to be told. */
const UNATTENDED: WaitUntil = {
  waitUntil(promise) {
    promise.catch(() => {})
  },
}

type RequestContext = { get?(): unknown } | undefined

/** By whose leave work goes on after the response; undefined where timers outlive it. */
const waitUntilOf = (executionCtx: unknown, env: unknown): WaitUntil | undefined => {
  // As Hono's adapters hand it over: Cloudflare, Fastly and service workers; Netlify. Vercel has it in a global.
  if (canWait(executionCtx)) {
    return executionCtx
  }
  const context = (env as { context?: unknown } | undefined | null)?.context
  if (canWait(context)) {
    return context
  }
  const vercel = (globalThis as { [key: symbol]: RequestContext })[
    Symbol.for('@vercel/request-context')
  ]?.get?.()
  if (canWait(vercel)) {
    return vercel
  }
  const isHosted = isStoppedAtWill()
  if (isHosted || !isShortLived()) {
    installExitHooks(processEnd)
  }
  // Not so a Worker that calls its app without a context: it could end with the lease in its hands.
  return isHosted ? UNATTENDED : undefined
}

/**
 * Keeps the invocation alive from now until the returned function is called and what the pipeline then asks for
 * is done. Registered before the app runs: only so does the runtime let us see a client that disconnects, and a
 * handler that throws. Spans still open then (work that goes on in `waitUntil`) are waited for, within limits, so that
 * they do not stay behind; as long as a body that was silent for a while flows again, they are left open. Without `waitUntil`, timers outlive the request and the pipeline uses those.
 */
export const keepAlive = (
  pipeline: RequestPipeline | undefined,
  executionCtx: unknown,
  env: unknown,
): ((trace?: LocalTrace, body?: Flow) => void) => {
  if (!pipeline) {
    return () => {}
  }
  // Not destructured: the platform's method needs its object.
  const context = waitUntilOf(executionCtx, env)
  if (!context) {
    return () => pipeline.schedule()
  }
  let resolve: ((work: Promise<unknown> | undefined) => void) | undefined
  const done = new Promise<void>((resolveDone) => {
    resolve = resolveDone as typeof resolve
  })
  context.waitUntil(done)
  return (trace, body) => {
    const work = pipeline.afterRequest(env)
    const all = trace?.open.size ? Promise.all([work, lateSpans(trace, body, pipeline, env)]) : work
    resolve?.(all)
    if (body && all) {
      // After a long stream, what was registered before it may have been given up.
      context.waitUntil(all)
    }
  }
}

/** Less than `waitUntil` lasts. */
const LATEST_MS = 20_000

const lateSpans = (
  trace: LocalTrace,
  body: Flow | undefined,
  pipeline: RequestPipeline,
  env: unknown,
): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (body?.hasFlowed(LATEST_MS)) {
        timer = setTimeout(look, LATEST_MS)
        return
      }
      abandonTrace(trace)
      resolve(pipeline.afterRequest(env))
    }
    let timer = setTimeout(look, LATEST_MS)
    trace.onIdle = () => {
      clearTimeout(timer)
      resolve(pipeline.afterRequest(env))
    }
  })
