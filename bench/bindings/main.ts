/**
 * What a span and a measurement for each call of KV and D1 cost, over the raw call in the same Worker.
 *
 *   node bench/bindings/main.ts [--rounds 40] [--json FILE]
 *
 * CPU of the whole workerd, local storage and the export of the spans included. Raw and wrapped calls take turns.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startWorker } from '../../test/support/worker.ts'
import { median } from '../difference.ts'
import { startCollector } from '../workerd/collector.ts'
import { cpuMicroseconds } from '../workerd/process-usage.ts'

const { values: args } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, json: { type: 'string' } },
})
const rounds = Number(args.rounds)
/** In one request. */
const CALLS = 200
/** Until the spans have left. */
const SETTLE_MS = 1200

const collector = await startCollector()
const worker = await startWorker({
  entry: new URL('worker.ts', import.meta.url),
  vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf('ours') },
  bindings: { CACHE: { type: 'kv', id: 'cache' }, DB: { type: 'd1', id: 'db' } },
})

const cpu = (): number => {
  if (worker.pid === undefined) throw new Error('Cannot measure: workerd has ended')
  return cpuMicroseconds(worker.pid)
}

/** CPU microseconds of one call. */
const costOf = async (path: string): Promise<number> => {
  const before = cpu()
  const response = await fetch(`${worker.url}${path}?times=${CALLS}`)
  await response.text()
  if (!response.ok) throw new Error(`Cannot measure: ${path} answered ${response.status}`)
  await sleep(SETTLE_MS)
  return (cpu() - before) / CALLS
}

try {
  const paths = ['/raw/kv', '/wrapped/kv', '/raw/d1', '/wrapped/d1']
  const costs: Record<string, number[]> = Object.fromEntries(paths.map((path) => [path, []]))
  for (let round = -2; round < rounds; round++) {
    for (const path of paths) {
      const cost = await costOf(path)
      if (round >= 0) costs[path]?.push(cost)
    }
  }
  const rows = [
    ['KV get', 'kv'],
    ['D1 prepare, bind, first', 'd1'],
  ].map(([title, id]) => {
    const raw = costs[`/raw/${id}`] ?? []
    const wrapped = costs[`/wrapped/${id}`] ?? []
    return {
      title,
      rawMicroseconds: median(raw),
      addedMicroseconds: median(wrapped.map((cost, round) => cost - (raw[round] ?? Number.NaN))),
    }
  })
  console.log(`\n${''.padEnd(30)}${'raw µs'.padStart(10)}${'added µs'.padStart(10)}`)
  for (const { title = '', rawMicroseconds, addedMicroseconds } of rows) {
    console.log(
      title.padEnd(30) +
        rawMicroseconds.toFixed(1).padStart(10) +
        addedMicroseconds.toFixed(1).padStart(10),
    )
  }
  if (args.json) writeFileSync(args.json, `${JSON.stringify(rows, null, 2)}\n`)
} finally {
  await worker.stop()
  collector.close()
}
