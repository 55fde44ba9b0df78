import type { ExporterState } from 'hono-observability'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const entry = new URL('./spill/worker.ts', import.meta.url)
const ISOLATES = ['', 'B', 'C']

type Store = 'r2' | 'kv' | 'queue'

let sink: Sink
let worker: RunningWorker
/** Requests made so far, each with a number of its own. */
let made: number

beforeEach(async () => {
  sink = await startSink()
  made = 0
})

afterEach(async () => {
  await Promise.all([worker?.stop(), sink.close()])
})

const start = async (store: Store): Promise<void> => {
  const source = {
    entry,
    vars: { STORE: store, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: {
      BUCKET: { type: 'r2', name: 'bucket' },
      NAMESPACE: { type: 'kv', id: 'namespace' },
      SPILLED: { type: 'queue', name: 'spilled' },
    } as const,
  }
  const others = ISOLATES.slice(1)
  worker = await startWorker({
    ...source,
    bindings: {
      ...source.bindings,
      ...Object.fromEntries(
        others.map((name) => [`ISOLATE_${name}`, { type: 'worker', worker: name }] as const),
      ),
    },
    settings: {
      triggers: [
        { type: 'queue', name: 'spilled', maxBatchSize: 10, maxBatchTimeout: 1, maxRetries: 100 },
      ],
    },
    others: others.map((name) => ({ ...source, name })),
  } as never)
}

/** The same number of requests to each isolate. */
const request = async (count: number): Promise<void> => {
  for (const isolate of ISOLATES) {
    const first = made
    const { errors, statuses } = await load({
      url: worker.url,
      requests: count,
      clients: 4,
      path: (i) => `/orders/${first + i}?isolate=${isolate}`,
    })
    expect([errors, statuses.get(200)]).toEqual([0, count])
    made += count
  }
}

const states = (): Promise<ExporterState[]> =>
  Promise.all(
    ISOLATES.map(async (isolate) => {
      const response = await fetch(`${worker.url}/state?isolate=${isolate}`)
      return response.json() as Promise<ExporterState>
    }),
  )

const sumOf = (all: readonly ExporterState[], what: 'spilled' | 'restored' | 'exported'): number =>
  all.reduce((sum, { signals }) => sum + (signals.traces?.[what] ?? 0), 0)

/** Until every isolate has put all it has into the store. Returns how much. */
const untilSpilled = async (): Promise<number> => {
  for (let i = 0; ; i++) {
    const all = await states()
    const isDone = all.every(({ signals: { traces } }) => traces?.spilled && !traces.queued)
    if (isDone) {
      return sumOf(all, 'spilled')
    }
    if (i > 200) {
      throw new Error(`Not spilled: ${JSON.stringify(all.map(({ signals }) => signals.traces))}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Whether everything has arrived and every isolate has noticed that the receiver is back. */
const isOver = async (): Promise<boolean> =>
  pathsOf(sink.spans()).size === made && (await states()).every(({ circuitOpen }) => !circuitOpen)

const pathsOf = (spans: ReturnType<Sink['spans']>): Set<unknown> =>
  new Set(spans.map(({ attributes }) => attributes['url.path']))

describe.each<[Store, { mayRepeat: boolean; survives: boolean }]>([
  ['r2', { mayRepeat: false, survives: true }],
  ['kv', { mayRepeat: true, survives: true }],
  // The local one holds its messages in workerd's memory, unlike the real one.
  ['queue', { mayRepeat: true, survives: false }],
])('spilled to %s', (store, { mayRepeat, survives }) => {
  it(`every span of an outage arrives${survives ? ', those of killed isolates too' : ''}`, async () => {
    await start(store)
    sink.respond = () => ({ status: 503 })
    await request(30)
    await request(30)
    const beforeKill = await untilSpilled()
    expect(beforeKill).toBe(180)
    if (survives) {
      await worker.restart()
    }
    await request(30)
    await untilSpilled()
    expect(sink.spans()).toEqual([])

    const backAtMs = Date.now()
    sink.respond = () => ({})
    // Life goes on, which is when isolates notice.
    for (let i = 0; i < 100 && !(await isOver()); i++) {
      await request(1)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    const missing = Array.from({ length: made }, (_, i) => `/orders/${i}`).filter(
      (path) => !pathsOf(sink.spans()).has(path),
    )
    expect(missing).toEqual([])

    const accepted = sink.requests.filter(
      ({ signal, acknowledged }) => signal === 'traces' && acknowledged,
    )
    const keys = accepted.map(({ headers }) => headers['idempotency-key'])
    expect(keys).not.toContain(undefined)
    const ids = sink.spans().map(({ spanId }) => spanId)
    if (!mayRepeat) {
      expect(new Set(keys).size).toBe(keys.length)
      // What a key begins with is the time. One isolate at a time restores, oldest first.
      const outage = keys.filter((key) => Number.parseInt(String(key), 10) < backAtMs)
      expect(outage.length).toBeGreaterThan(10)
      expect(outage).toEqual(outage.toSorted())
    }
    // A span comes twice only in requests with the same key.
    const repeated = keys.length - new Set(keys).size
    expect(ids.length - new Set(ids).size === 0).toBe(repeated === 0)

    const all = await states()
    const total = (survives ? beforeKill : 0) + sumOf(all, 'spilled')
    expect(sumOf(all, 'restored')).toBeGreaterThanOrEqual(total)
    if (!mayRepeat) {
      expect(sumOf(all, 'restored')).toBe(total)
      expect(sumOf(all, 'exported')).toBe(ids.length)
    }
    expect(all.map(({ dropped, circuitOpen }) => [dropped, circuitOpen])).toEqual(
      ISOLATES.map(() => [0, false]),
    )
  })
})
