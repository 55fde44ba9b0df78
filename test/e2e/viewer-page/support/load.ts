import { id, keyValues, log, logs, nano, spans } from '../../../unit/viewer/suite/records.ts'
import type { ViewerServer } from './viewer.ts'

/** What is being sent, until it is stopped. */
export interface Load {
  /** Records or traces that were sent. */
  readonly sent: number
  stop(): Promise<void>
}

const PAUSE_MS = 50

/** Calls as often as it takes for so many in a second, with how many are due; one after the other. */
function start(perSecond: number, send: (first: number, count: number) => Promise<void>): Load {
  let sent = 0
  let isStopped = false
  const run = async (): Promise<void> => {
    const startedMs = performance.now()
    while (!isStopped) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond) - sent
      // A machine that stood still does not make up for it at once.
      const count = Math.min(due, Math.ceil(perSecond / 5))
      if (count > 0) await send(sent, count)
      sent += Math.max(0, due)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  const running = run()
  return {
    get sent() {
      return sent
    },
    async stop() {
      isStopped = true
      await running
    },
  }
}

/** Log records with attributes, so many in a second. Their bodies are `record 1`, `record 2` and so on. */
export function startLogs(viewer: ViewerServer, perSecond: number): Load {
  return start(perSecond, (first, count) => viewer.send('logs', logBatch(first, count)))
}

/** Log records like those of a shop, numbered from `first` on. */
export function logBatch(first: number, count: number): Record<string, unknown> {
  return logs(
    Array.from({ length: count }, (_, at) => ({
      ...log({
        body: `record ${first + at}`,
        severity: (first + at) % 50 ? 9 : 17,
        attributes: {
          'http.route': '/orders/:id',
          'order.id': first + at,
          'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64)',
        },
      }),
      timeUnixNano: nano(Date.now()),
    })),
  )
}

/** Traces of one request with two spans, so many in a second: `GET /load/1` and so on. */
export function startTraces(viewer: ViewerServer, perSecond: number, base = 1_000_000): Load {
  return start(perSecond, (first, count) =>
    viewer.send('traces', requestBatch(base + first, count, first)),
  )
}

/** Traces with the ids from `trace` on, named by the numbers from `number` on. */
export function requestBatch(
  trace: number,
  count: number,
  number: number = trace,
): Record<string, unknown> {
  const nowMs = Date.now()
  return spans(
    Array.from({ length: count }, (_, at) => at).flatMap((at) => {
      const own = { traceId: id(trace + at, 32), kind: 2 }
      const times = { startTimeUnixNano: nano(nowMs - 20), endTimeUnixNano: nano(nowMs) }
      const root = id(2 * (trace + at), 16)
      return [
        {
          ...own,
          ...times,
          spanId: root,
          name: `GET /load/${number + at}`,
          attributes: keyValues({ 'http.request.method': 'GET', 'http.route': '/load' }),
        },
        {
          ...own,
          ...times,
          kind: 1,
          spanId: id(2 * (trace + at) + 1, 16),
          parentSpanId: root,
          name: 'work',
        },
      ]
    }),
  )
}
