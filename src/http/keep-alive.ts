import type { Pipeline } from '../pipeline/pipeline.ts'
import type { LocalTrace } from '../traces/local-trace.ts'

interface WaitUntil {
  waitUntil?: (promise: Promise<unknown>) => void
}

/**
 * Keeps the invocation alive from now until the returned function is called and what the pipeline then asks for
 * is done. Registered before the app runs: only so does the runtime let us see a client that disconnects, and a
 * handler that throws. Spans still open then (work that goes on in `waitUntil`) are waited for, within limits, so that
 * they do not stay behind. Without `waitUntil`, timers outlive the request and the pipeline uses those.
 */
export const keepAlive = (
  pipeline: Pipeline | undefined,
  executionCtx: unknown,
  env: unknown,
): ((trace?: LocalTrace) => void) => {
  if (!pipeline) {
    return () => {}
  }
  // Not destructured: the platform's method needs its object.
  const context = executionCtx as WaitUntil | undefined
  if (!context?.waitUntil) {
    return () => pipeline.schedule()
  }
  let resolve: ((work: Promise<unknown> | undefined) => void) | undefined
  const done = new Promise<void>((resolveDone) => {
    resolve = resolveDone as typeof resolve
  })
  context.waitUntil(done)
  return (trace) => {
    const work = pipeline.afterRequest(env)
    resolve?.(trace?.open ? Promise.all([work, lateSpans(trace, pipeline, env)]) : work)
  }
}

/** Less than `waitUntil` lasts. */
const LATEST_MS = 20_000

const lateSpans = (trace: LocalTrace, pipeline: Pipeline, env: unknown): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      trace.onIdle = undefined
      resolve()
    }, LATEST_MS)
    trace.onIdle = () => {
      clearTimeout(timer)
      resolve(pipeline.afterRequest(env))
    }
  })
