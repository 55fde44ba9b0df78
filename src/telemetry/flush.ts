import { inTime, sleep } from '../base/sleep.ts'
import type { ProcessEnd } from '../runtimes/exit-hooks.ts'
import { livePipelines } from './registry.ts'

/** Of all pipelines, unless something else is asked for. */
export const FLUSH_TIMEOUT_MS = 5000

/** Kept back from the time for requests to end, to send what they recorded. */
const LAST_FLUSH_MS = 1000

/** What the end of a process asks of all pipelines. */
export const processEnd: ProcessEnd = {
  timeoutMs: FLUSH_TIMEOUT_MS,
  activity: () => totalActivity(),
  flush: (timeoutMs) => flushAll(timeoutMs),
  finish: () => finishRequests(),
  queues: () => livePipelines().flatMap(({ queues }) => queues),
  hurry() {
    for (const pipeline of livePipelines()) {
      pipeline.hurry()
    }
  },
}

/** Sends what all pipelines hold. False when time ran out or a receiver did not take it. Never rejects. */
export const flushAll = (timeoutMs: number): Promise<boolean> =>
  inTime(
    Promise.all(livePipelines().map((pipeline) => pipeline.flush())).then(
      (results) => results.every(Boolean),
      () => false,
    ),
    timeoutMs,
    () => false,
  )

/** Grows with every request that ends and every record handed in, metrics aside. */
export const totalActivity = (): number =>
  livePipelines()
    .flatMap(({ ended, queues }) => [
      ended,
      ...queues.map(({ signal, counts }) => (signal === 'metrics' ? 0 : counts.recorded)),
    ])
    .reduce((sum, count) => sum + count, 0)

/** Waits for the requests that have begun, and sends what they recorded, for `limitMs` at most. Never rejects. */
export const finishRequests = async (limitMs: number = FLUSH_TIMEOUT_MS): Promise<void> => {
  const endMs = Date.now() + limitMs
  for (;;) {
    do {
      // Also when none is active: the last response is still on its way from the handler to the socket.
      await sleep(20)
    } while (livePipelines().some(({ active }) => active > 0) && Date.now() < endMs - LAST_FLUSH_MS)
    const activity = totalActivity()
    const isDelivered = await flushAll(Math.max(0, endMs - Date.now()))
    // A receiver that has never answered, as in development, is not worth the wait.
    const waited = livePipelines().filter(
      ({ queues }) => isDelivered || queues.some(({ counts }) => counts.lastSuccessMs > 0),
    )
    const isOver =
      waited.every((pipeline) => pipeline.isDelivered) &&
      (!waited.length || activity === totalActivity())
    if (isOver || Date.now() >= endMs) {
      return
    }
    await sleep(isDelivered ? 0 : 200)
  }
}
