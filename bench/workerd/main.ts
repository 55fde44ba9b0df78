/**
 * CPU per request that telemetry adds to a Hono app in workerd, beside a peer and a hand-written floor.
 *
 *   npm install --prefix bench && node bench/workerd/main.ts [--path /events] [--rounds 60] [--variants traces,floor]
 *
 * Every variant is the same app in a workerd of its own. They take turns, so that what else the machine does
 * hits all alike; figures are medians over the rounds, and what is added is the median of the differences to the
 * bare app in the same round. A round's CPU counts until the variant's next turn: exports that come after the
 * last response are not for free.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { load } from '../../test/support/load.ts'
import { type RunningWorker, startWorker } from '../../test/support/worker.ts'
import { type Collector, startCollector } from './collector.ts'
import { cpuMicroseconds, residentMegabytes } from './process-usage.ts'

const NAMES: Record<string, string> = {
  bare: 'bare app',
  floor: 'floor: traces by hand',
  'floor-promises': 'floor with what we promise',
  sampled: 'ours, traces, 10 % sampled',
  traces: 'ours, traces',
  'traces-metrics': 'ours, traces and metrics',
  all: 'ours, traces, metrics, logs',
  'otel-cf-workers': 'otel-cf-workers, traces',
}

/** Long enough for the last export to leave. */
const SETTLE_MS = 2500

const { values: args } = parseArgs({
  options: {
    path: { type: 'string', default: '/orders/7' },
    rounds: { type: 'string', default: '60' },
    requests: { type: 'string', default: '500' },
    clients: { type: 'string', default: '8' },
    variants: { type: 'string', default: Object.keys(NAMES).join() },
  },
})
const rounds = Number(args.rounds)
const requests = Number(args.requests)
const clients = Number(args.clients)

interface Subject {
  variant: string
  worker: RunningWorker
  /** CPU microseconds at the start of each round, and at the very end. */
  marks: number[]
  sent: number
}

const pidOf = ({ worker, variant }: Subject): number => {
  if (worker.pid === undefined) throw new Error(`Cannot measure ${variant}: workerd has ended`)
  return worker.pid
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const start = async (variant: string, collector: Collector): Promise<Subject> => ({
  variant,
  worker: await startWorker({
    entry: new URL(`variants/${variant}.ts`, import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf(variant) },
  }),
  marks: [],
  sent: 0,
})

const run = async (subject: Subject): Promise<void> => {
  const { errors } = await load({ url: subject.worker.url, requests, clients, path: args.path })
  subject.sent += requests - errors
}

const mark = (subject: Subject): void => {
  subject.marks.push(cpuMicroseconds(pidOf(subject)))
}

/** CPU microseconds per request, round by round. */
const costs = ({ marks }: Subject): number[] =>
  marks.slice(1).map((at, round) => (at - (marks[round] as number)) / requests)

const print = (subjects: readonly Subject[], collector: Collector): void => {
  const bare = subjects.find(({ variant }) => variant === 'bare')
  const bareCosts = bare ? costs(bare) : []
  const addedBy = (subject: Subject): number =>
    median(costs(subject).map((cost, round) => cost - (bareCosts[round] ?? Number.NaN)))
  const floor = subjects.find(({ variant }) => variant === 'floor')
  const floorAdded = floor ? addedBy(floor) : Number.NaN
  const columns = [
    'CPU µs',
    'added µs',
    '% of bare',
    '× floor',
    'posts/req',
    'bytes/req',
    'spans',
    'RSS MB',
  ]
  console.log(
    `GET ${args.path}, ${rounds} rounds of ${requests} requests, ${clients} connections, ${new Date().toISOString().slice(0, 10)}\n`,
  )
  console.log(`${''.padEnd(30)}${columns.map((name) => name.padStart(11)).join('')}`)
  for (const subject of subjects) {
    const added = addedBy(subject)
    const { posts, bytes, spans } = collector.receivedFrom(subject.variant)
    const cells = [
      median(costs(subject)).toFixed(1),
      added.toFixed(1),
      ((100 * added) / median(bareCosts)).toFixed(0),
      (added / floorAdded).toFixed(2),
      (posts / subject.sent).toFixed(4),
      (bytes / subject.sent).toFixed(0),
      (spans / subject.sent).toFixed(4),
      residentMegabytes(pidOf(subject)).toFixed(0),
    ]
    console.log(
      `${(NAMES[subject.variant] ?? subject.variant).padEnd(30)}${cells.map((cell) => cell.padStart(11)).join('')}`,
    )
  }
}

const collector = await startCollector()
const subjects: Subject[] = []
try {
  for (const variant of args.variants.split(',')) {
    subjects.push(await start(variant, collector))
  }
  // Until engines have compiled what they will compile.
  for (const subject of subjects) {
    await run(subject)
    await run(subject)
  }
  await sleep(SETTLE_MS)
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      mark(subject)
      await run(subject)
    }
  }
  await sleep(SETTLE_MS)
  for (const subject of subjects) mark(subject)
  print(subjects, collector)
} finally {
  for (const { worker } of subjects) await worker.stop()
  collector.close()
}
