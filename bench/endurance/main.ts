/**
 * Whether a million requests to one isolate leave memory and cost where they were, with traces, metrics and logs, beside
 * the bare app.
 *
 *   node bench/endurance/main.ts [--requests 1000000] [--slices 25] [--json FILE]
 *
 * Each app is a workerd of its own, both on the last core, with lines to a file; they take turns, slice by slice. CPU
 * is that of the whole workerd by the scheduler's own count, until its exports have left.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { RunningWorker } from '../../test/support/worker.ts'
import { pinWorkerd } from '../inner/pinned.ts'
import { startCollector } from '../workerd/collector.ts'
import { startVariant } from '../workerd/measure.ts'
import { cpuMicroseconds, residentMegabytes } from '../workerd/process-usage.ts'
import { variantsOf } from '../workerd/variants.ts'
import { ask } from './ask.ts'
import { type EnduranceRow, enduranceTableOf, rowsOf, type Slice } from './report.ts'

const { values: args } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    slices: { type: 'string', default: '25' },
    json: { type: 'string' },
  },
})

const SLICES = Number(args.slices)
const REQUESTS = Math.round(Number(args.requests) / SLICES)
const CONNECTIONS = 8
/** Long enough for the last export to leave. */
const SETTLE_MS = 1500

const pidOf = ({ pid }: RunningWorker): number => {
  if (pid === undefined) throw new Error('Cannot measure: workerd has ended')
  return pid
}

const sliceOf = async (worker: RunningWorker): Promise<Slice> => {
  const before = cpuMicroseconds(pidOf(worker))
  const seconds = await ask({
    url: worker.url,
    path: '/orders/7',
    requests: REQUESTS,
    connections: CONNECTIONS,
  })
  await sleep(SETTLE_MS)
  return {
    cpuMicroseconds: (cpuMicroseconds(pidOf(worker)) - before) / REQUESTS,
    residentMegabytes: residentMegabytes(pidOf(worker)),
    perSecond: REQUESTS / seconds,
  }
}

const pinned = pinWorkerd()
const collector = await startCollector()
const [bare, ours] = variantsOf('all')
if (!bare || !ours) throw new Error('Invariant: the bare app comes with every variant')
const subjects = [bare, ours].map((variant) => ({ variant, slices: [] as Slice[] }))
const workers: RunningWorker[] = []

const head = ['CPU µs', 'MB', 'requests/s']
const cellsOf = (slice: Slice | undefined): string[] => [
  slice?.cpuMicroseconds.toFixed(1) ?? '',
  slice?.residentMegabytes.toFixed(1) ?? '',
  slice?.perSecond.toFixed(0) ?? '',
]
const line = (first: string, cells: readonly string[]): void =>
  console.log(first.padStart(10) + cells.map((cell) => cell.padStart(12)).join(''))

let done = 0
try {
  for (const { variant } of subjects) workers.push(await startVariant(variant, collector))
  console.log(`after, with the bare app and with ${ours.title}\n`)
  line('requests', [...head, ...head])
  for (; done < SLICES; done++) {
    for (const [index, { slices }] of subjects.entries()) {
      slices.push(await sliceOf(workers[index] as RunningWorker))
    }
    line(
      String((done + 1) * REQUESTS),
      subjects.flatMap(({ slices }) => cellsOf(slices.at(-1))),
    )
    // Whoever wants the machine for something else can stop this process here.
    await sleep(200)
  }
} finally {
  for (const worker of workers) await worker.stop()
  collector.close()
  pinned.close()
}

const requests = done * REQUESTS
const rows: EnduranceRow[] = subjects.map(({ variant: { id, title }, slices }) =>
  rowsOf(id, title, slices, REQUESTS),
)
const { spans, posts } = collector.receivedFrom(ours.id)
console.log(
  `\n${enduranceTableOf(rows, requests)}\n\n${spans} spans of ${requests} requests arrived, in ${posts} posts`,
)
if (args.json) {
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(
    args.json,
    `${JSON.stringify({ date, requests, slices: done, spans, posts, rows }, null, 2)}\n`,
  )
}
