import { closingOf } from '../export/pipeline/liveness.ts'
import type { Pipeline } from '../export/pipeline/pipeline.ts'
import type { Flow, Settle } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { abandonTrace, type LocalTrace, whenIdle } from '../traces/local-trace.ts'
import { hold } from './late.ts'
import { waiterOf } from './wait-until.ts'

/**
 * Keeps the invocation alive from now until the returned function is called and what the pipeline then asks for
 * is done. Registered before the app runs: only so does the runtime let us see a client that disconnects, and a
 * handler that throws. Spans still open then (work that goes on in `waitUntil`) are waited for, within limits, so that
 * they do not stay behind; as long as a body that was silent for a while flows again, they are left open. Without
 * `waitUntil`, timers outlive the request and the pipeline uses those.
 *
 * @param given What the runtime handed over to wait with.
 * @param isRecording Whether it will have anything of its own to send. Where it has not, nothing is held.
 */
export const keepAlive = (
  { pipeline, pipelines, isTracesOnly }: Telemetry,
  given: unknown,
  env: unknown,
  isRecording = true,
): Settle => {
  if (!pipeline) {
    return () => {}
  }
  // Here, where what ends it is made: what only looks telemetry up has not begun anything.
  pipeline.open()
  // Not destructured: the platform's method needs its object.
  const waiter = waiterOf(given)
  // Of a Durable Object, which is billed for as long as it waits.
  const isAwake = 'storage' in Object(given)
  // So also a Worker that calls its app without a context: it could end with the lease in its hands.
  if (!waiter) {
    return () => pipeline.schedule()
  }
  if (isTracesOnly && !isRecording) {
    return () => {
      const work = pipeline.afterRequest(env, isAwake)
      if (work) {
        hold(work, waiter)
      }
    }
  }
  let resolve: ((work: Promise<unknown> | undefined) => void) | undefined
  const done = new Promise<void>((resolveDone) => {
    resolve = resolveDone as typeof resolve
  })
  waiter.waitUntil(done)
  return (trace, body) => {
    const work = pipeline.afterRequest(env, isAwake)
    const all = trace?.open.size ? Promise.all([work, lateSpans(trace, body, pipelines)]) : work
    resolve?.(all)
    if (body && all) {
      // After a long stream, what was registered before it may have been given up.
      waiter.waitUntil(all)
    }
  }
}

/** Less than `waitUntil` lasts. */
const LATEST_MS = 20_000

/** Resolves when none is open, and what they were is sent. */
const lateSpans = (
  trace: LocalTrace,
  body: Flow | undefined,
  pipelines: readonly Pipeline[],
): Promise<unknown> =>
  new Promise((resolve) => {
    const lead = (): void => resolve(Promise.all(pipelines.map((pipeline) => pipeline.lead())))
    const look = (): void => {
      if (body?.hasFlowed(LATEST_MS)) {
        timer = setTimeout(look, LATEST_MS)
        return
      }
      closingOf(() => abandonTrace(trace))
      lead()
    }
    let timer = setTimeout(look, LATEST_MS)
    whenIdle(trace, () => {
      clearTimeout(timer)
      lead()
    })
  })
