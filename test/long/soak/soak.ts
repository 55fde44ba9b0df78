import type { ExporterState } from 'hono-observability'
import { type Isolate, startIsolate } from '../faults/isolate.ts'
import { makeRequests } from '../faults/requests.ts'
import { type CountingCollector, startCountingCollector } from './collector.ts'

/** What a soak has shown. */
export interface Soak {
  /** Requests in all. */
  made: number
  /** Resident memory of the process after each part, in bytes. */
  resident: number[]
  /** Heap after a garbage collection, once the receiver was back and after all, in bytes. */
  heapBefore: number
  heapAfter: number
  spans: CountingCollector['spans']
  logs: CountingCollector['logs']
  counted: number
  state: ExporterState
  seconds: number
}

const REQUESTS = 200_000
export const PART = 5000
/** The receiver is away in the first quarter. */
const AWAY_FROM = 10_000
const BACK_FROM = 40_000
const CLIENTS = 16
const SPARE = 1000

const APP = new URL('../faults/worker.ts', import.meta.url)

/** Makes 200,000 requests to one isolate, as fast as it takes them. Rejects if one is not answered. */
export async function soak(): Promise<Soak> {
  const collector = await startCountingCollector(REQUESTS + SPARE)
  const app = await startIsolate(APP, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  try {
    return await observe(collector, app)
  } finally {
    await Promise.all([app.stop(), collector.close()])
  }
}

async function observe(collector: CountingCollector, app: Isolate): Promise<Soak> {
  const startMs = performance.now()
  const resident: number[] = []
  let made = 0
  let heapBefore = 0
  const send = async (requests: number): Promise<void> => {
    await makeRequests({ url: app.url, first: made, requests, clients: CLIENTS })
    made += requests
  }
  /** Until nothing waits for the receiver, and the last round's metrics have come. */
  const settle = async (): Promise<void> => {
    while ((await stateOf(app)).queued > 0 || collector.counted < made) {
      if (made >= REQUESTS + SPARE)
        throw new Error(`Not over: ${JSON.stringify(await stateOf(app))}`)
      // Attempts ride on requests.
      await send(1)
      await new Promise((resolve) => setTimeout(resolve, 1500))
    }
  }
  while (made < REQUESTS) {
    collector.isAway = made >= AWAY_FROM && made < BACK_FROM
    if (!collector.isAway && heapBefore === 0 && made >= BACK_FROM) {
      await settle()
      heapBefore = await app.heapBytes()
    }
    await send(PART)
    resident.push(await app.residentBytes())
  }
  await settle()
  return {
    made,
    resident,
    heapBefore,
    heapAfter: await app.heapBytes(),
    spans: collector.spans,
    logs: collector.logs,
    counted: collector.counted,
    state: await stateOf(app),
    seconds: (performance.now() - startMs) / 1000,
  }
}

async function stateOf(app: Isolate): Promise<ExporterState> {
  const response = await fetch(`${app.url}/state`)
  return response.json() as Promise<ExporterState>
}
