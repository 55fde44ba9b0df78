import type { LiveEvent, LiveHub } from './hub.ts'

/** What a watcher wants to see. */
export interface LiveFilter {
  traces: boolean
  logs: boolean
  service?: string
  /** Of this trace only. */
  traceId?: string
  /** Lowest severity number of logs. */
  severity: number
}

/** Events that wait for a slow reader; beyond it, the oldest are dropped and counted. */
const MAX_WAITING = 500
const HEARTBEAT_MS = 15_000

/** Writes events as `text/event-stream` until the reader leaves. */
export function liveStream(
  hub: LiveHub,
  filter: LiveFilter,
  lastId: string | undefined,
  heartbeatMs: number = HEARTBEAT_MS,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const waiting: LiveEvent[] = []
  let dropped = 0
  let wake = (): void => undefined
  let begun = false
  let ended = false
  const { stop, missed } = hub.listen((event) => {
    if (!wants(filter, event)) return
    waiting.push(event)
    if (waiting.length > MAX_WAITING) {
      waiting.shift()
      dropped++
    }
    wake()
  }, lastId)

  const take = (): string => {
    let text = ''
    if (!begun) {
      begun = true
      text += 'retry: 2000\n\n'
      if (missed) text += 'event: gap\ndata: {"reason":"restart"}\n\n'
    }
    if (dropped) text += `event: gap\ndata: {"reason":"slow","skipped":${dropped}}\n\n`
    dropped = 0
    for (const { number, type, json } of waiting.splice(0)) {
      text += `id: ${hub.epoch}-${number}\nevent: ${type}\ndata: ${json}\n\n`
    }
    return text
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (begun && waiting.length === 0) await wait()
        if (!ended) controller.enqueue(encoder.encode(take() || ': still here\n\n'))
      },
      cancel() {
        ended = true
        stop()
        wake()
      },
    },
    { highWaterMark: 0 },
  )

  function wait(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, heartbeatMs)
      wake = () => {
        clearTimeout(timer)
        wake = () => undefined
        resolve()
      }
    })
  }
}

function wants(filter: LiveFilter, { type, services, severity, traceId }: LiveEvent): boolean {
  if (type === 'gap') return true
  if (filter.traceId && filter.traceId !== traceId) return false
  if (filter.service && !services.includes(filter.service)) return false
  return type === 'trace' ? filter.traces : filter.logs && severity >= filter.severity
}
