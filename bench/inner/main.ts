/**
 * What a request, a stream, an error, a child span and a call of a binding cost without HTTP around them, which hides
 * what is smaller than ten microseconds: one invocation asks the app many times by `app.fetch`, on a core of its own.
 *
 *   node bench/inner/main.ts [--rounds 60] [--rows metrics,sse] [--json FILE]
 *
 * CPU of the whole workerd by the scheduler's own count, in microseconds. Each subject is a workerd of its own, and they
 * take turns; a round counts until the subject's next turn, so that exports are not for free. Ctrl-C ends with the
 * rounds that there are.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type RunningWorker, startWorker } from '../../test/support/worker.ts'
import { type Collector, startCollector } from '../workerd/collector.ts'
import { cpuMicroseconds } from '../workerd/process-usage.ts'
import { differencesOf, type Subject } from './differences.ts'
import { pinWorkerd } from './pinned.ts'
import { innerRowsOf, innerTableOf } from './report.ts'

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    rows: { type: 'string' },
    json: { type: 'string' },
  },
})

/** Until engines have compiled what they will compile. */
const WARM_UP_INVOCATIONS = 40
/** Between turns of the same subject at least, so that what it exports is counted as its own. */
const SETTLE_MS = 1500

interface Running {
  subject: Subject
  worker: RunningWorker
  /** CPU microseconds at the start of each round, and at the very end. */
  marks: number[]
  lastMs: number
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const keyOf = ({ entry, path, times }: Subject): string => `${entry.href} ${path} ${times}`

const start = async (subject: Subject, collector: Collector): Promise<Running> => ({
  subject,
  worker: await startWorker({
    entry: subject.entry,
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf(subject.path.slice(1)) },
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      DB: { type: 'd1', id: 'db' },
      FILES: { type: 'r2', name: 'files' },
    },
  }),
  marks: [],
  lastMs: 0,
})

const ask = async ({ subject: { path, times }, worker }: Running): Promise<void> => {
  const response = await fetch(`${worker.url}${path}?times=${times}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`Cannot measure: ${path} answered ${response.status} ${text}`)
}

const mark = async (running: Running): Promise<void> => {
  const { marks, lastMs, subject, worker } = running
  const leftMs = lastMs + SETTLE_MS - performance.now()
  if (leftMs > 0) await sleep(leftMs)
  if (worker.pid === undefined) throw new Error(`Cannot measure ${subject.path}: workerd has ended`)
  marks.push(cpuMicroseconds(worker.pid))
}

const differences = differencesOf(args.rows)
const subjects = new Map(
  differences.flatMap(({ of, over }) => [of, over].map((subject) => [keyOf(subject), subject])),
)
const pinned = pinWorkerd()
const collector = await startCollector()
const running = new Map<string, Running>()
let rounds = 0
let isInterrupted = false
process.once('SIGINT', () => {
  isInterrupted = true
})

const turn = async (one: Running, invocations: number): Promise<void> => {
  for (let invocation = 0; invocation < invocations; invocation++) await ask(one)
  one.lastMs = performance.now()
}

try {
  for (const [key, subject] of subjects) running.set(key, await start(subject, collector))
  for (const one of running.values()) await turn(one, WARM_UP_INVOCATIONS)
  for (; rounds < Number(args.rounds) && !isInterrupted; rounds++) {
    for (const one of running.values()) {
      await mark(one)
      await turn(one, 1)
    }
    if (process.stderr.isTTY) process.stderr.write(`\rround ${rounds + 1} of ${args.rounds} `)
  }
  for (const one of running.values()) await mark(one)
} finally {
  for (const { worker } of running.values()) await worker.stop()
  collector.close()
  pinned.close()
}

const costsOf = (subject: Subject): number[] => {
  const { marks } = running.get(keyOf(subject)) as Running
  return marks.slice(1).map((at, round) => (at - (marks[round] as number)) / subject.times)
}

const rows = innerRowsOf(
  differences.map((difference) => ({
    difference,
    of: costsOf(difference.of),
    over: costsOf(difference.over),
  })),
)
console.log(`\nmicroseconds of CPU, ${rounds} rounds, core ${pinned.core}\n\n${innerTableOf(rows)}`)
if (args.json) {
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(args.json, `${JSON.stringify({ date, rounds, rows }, null, 2)}\n`)
}
