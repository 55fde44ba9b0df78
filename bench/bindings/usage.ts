/**
 * What `usage` and `costs` add to the storage route, over bindings alone in the same Worker.
 *
 *   node bench/bindings/usage.ts [--rounds 40]
 *
 * CPU of the whole workerd, local storage and the export of the spans included. The three take turns.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startWorker } from '../../test/support/worker.ts'
import { median } from '../difference.ts'
import { startCollector } from '../workerd/collector.ts'
import { cpuMicroseconds } from '../workerd/process-usage.ts'

const { values: args } = parseArgs({ options: { rounds: { type: 'string', default: '40' } } })
const rounds = Number(args.rounds)
const REQUESTS = 300
const AT_ONCE = 10
/** Until the spans have left. */
const SETTLE_MS = 1200
const APPS = ['bindings', 'usage', 'costs'] as const

const collector = await startCollector()
const worker = await startWorker({
  entry: new URL('usage-worker.ts', import.meta.url),
  vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf('ours') },
  bindings: { CACHE: { type: 'kv', id: 'cache' }, DB: { type: 'd1', id: 'db' } },
})

const cpu = (): number => {
  if (worker.pid === undefined) throw new Error('Cannot measure: workerd has ended')
  return cpuMicroseconds(worker.pid)
}

/** CPU microseconds of one request. */
const costOf = async (app: string): Promise<number> => {
  const before = cpu()
  const ask = async (): Promise<void> => {
    for (let i = 0; i < REQUESTS / AT_ONCE; i++) {
      const response = await fetch(`${worker.url}/stock/7?app=${app}`)
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`Cannot measure: ${app} answered ${response.status}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  await sleep(SETTLE_MS)
  return (cpu() - before) / REQUESTS
}

try {
  const costs: Record<string, number[]> = { bindings: [], usage: [], costs: [] }
  for (let round = -3; round < rounds; round++) {
    for (const app of APPS) {
      const cost = await costOf(app)
      if (round >= 0) costs[app]?.push(cost)
    }
  }
  const base = costs.bindings ?? []
  for (const app of APPS) {
    const all = costs[app] ?? []
    const added = median(all.map((cost, round) => cost - (base[round] ?? Number.NaN)))
    const share = ((100 * added) / median(base)).toFixed(1)
    console.log(
      `${app.padEnd(10)}${median(all).toFixed(1).padStart(8)} µs  added ${added.toFixed(1).padStart(6)} µs  ${share.padStart(5)} %`,
    )
  }
} finally {
  await worker.stop()
  collector.close()
}
