/**
 * For how long its telemetry keeps an instrumented Durable Object awake, which Cloudflare bills, by the time between its
 * calls.
 *
 *   node bench/objects/main.ts [--post 50]
 *
 * `--post` is how long the receiver takes, in milliseconds.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startWorker } from '../../test/support/worker.ts'

const { values: args } = parseArgs({ options: { post: { type: 'string', default: '50' } } })

/** Milliseconds between two calls, and how many calls. */
const PACES: readonly [gapMs: number, calls: number][] = [
  [3000, 5],
  [700, 12],
  [300, 30],
  [100, 60],
  [20, 200],
]
const GB = 0.128
const USD_PER_GB_SECOND = 12.5 / 1e6
/** Until all has been sent, metrics included. */
const SETTLE_MS = 12_000

let posts = 0
const receiver = createServer((request, response) => {
  posts++
  request.resume().on('end', async () => {
    await sleep(Number(args.post))
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
})
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
const { port } = receiver.address() as AddressInfo
const worker = await startWorker({
  entry: new URL('worker.ts', import.meta.url),
  vars: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  bindings: { ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' } },
  settings: { exports: { Room: { type: 'durable-object', storage: 'sqlite' } } },
})

const get = async <T>(path: string): Promise<T> => {
  const response = await fetch(worker.url + path)
  return (await response.json()) as T
}

/** Milliseconds in which anything was waited for: billed once, however many wait. */
const union = (times: [number, number][]): number => {
  let totalMs = 0
  let endMs = 0
  for (const [fromMs, toMs] of times.toSorted(([a], [b]) => a - b)) {
    totalMs += Math.max(0, toMs - Math.max(fromMs, endMs))
    endMs = Math.max(endMs, toMs)
  }
  return totalMs
}

try {
  await get('/hello')
  await sleep(SETTLE_MS)
  await get('/report')
  for (const [gapMs, calls] of PACES) {
    posts = 0
    for (let i = 0; i < calls; i++) {
      void get('/hello')
      await sleep(gapMs)
    }
    await sleep(SETTLE_MS)
    const awakeMs = union(await get<[number, number][]>('/report')) / calls
    const usd = (awakeMs / 1000) * GB * USD_PER_GB_SECOND * 1e6
    console.log(
      `${gapMs} ms between calls: awake ${awakeMs.toFixed(0)} ms a call, ${usd.toFixed(2)} $ a million, ${(posts / calls).toFixed(2)} posts a call`,
    )
  }
} finally {
  await worker.stop()
  receiver.close()
}
