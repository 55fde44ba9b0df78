import type { Pipeline } from '../pipeline/pipeline.ts'

interface WaitUntil {
  waitUntil?: (promise: Promise<unknown>) => void
}

/**
 * Keeps the invocation alive from now until the returned function is called and what the pipeline then asks for
 * is done. Registered before the app runs: only so does the runtime let us see a client that disconnects, and a
 * handler that throws. Without `waitUntil`, timers outlive the request and the pipeline uses those.
 */
export const keepAlive = (
  pipeline: Pipeline | undefined,
  executionCtx: unknown,
  env: unknown,
): (() => void) => {
  if (!pipeline) {
    return () => {}
  }
  // Not destructured: the platform's method needs its object.
  const context = executionCtx as WaitUntil | undefined
  if (!context?.waitUntil) {
    return () => pipeline.schedule()
  }
  let resolve: ((work: Promise<void> | undefined) => void) | undefined
  const done = new Promise<void>((resolveDone) => {
    resolve = resolveDone as typeof resolve
  })
  context.waitUntil(done)
  return () => resolve?.(pipeline.afterRequest(env))
}
