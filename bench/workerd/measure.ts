import { setTimeout as sleep } from 'node:timers/promises'
import { load } from '../../test/support/load.ts'
import { type RunningWorker, startWorker } from '../../test/support/worker.ts'
import { type Collector, type Received, startCollector } from './collector.ts'
import { cpuMicroseconds, residentMegabytes } from './process-usage.ts'
import type { Variant } from './variants.ts'
import type { Workload } from './workloads.ts'

/** Long enough for the last export to leave. */
const SETTLE_MS = 2500

export interface Effort {
  rounds: number
  /** In each round. */
  requests: number
  /** Called after each round, for those who wait. */
  onRound?: (round: number) => void
}

/** What one variant cost under one workload. */
export interface Figures extends Received {
  variant: Variant
  /** CPU microseconds for a request, round by round. */
  costs: number[]
  requests: number
  errors: number
  residentMegabytes: number
  /** Milliseconds to the end of a response, of all rounds, ascending. */
  latenciesMs: Float64Array
}

interface Subject {
  variant: Variant
  worker: RunningWorker
  /** CPU microseconds at the start of each round, and at the very end. */
  marks: number[]
  latenciesMs: Float64Array[]
  requests: number
  errors: number
}

/**
 * Every variant is the same app in a workerd of its own. They take turns, so that what else the machine does hits all
 * alike. A round's CPU counts until the variant's next turn: exports that come after the last response are not for free.
 */
export const measure = async (
  variants: readonly Variant[],
  workload: Workload,
  { rounds, requests, onRound }: Effort,
): Promise<Figures[]> => {
  const collector = await startCollector(workload.collectorLatencyMs)
  const subjects: Subject[] = []
  try {
    for (const variant of variants) subjects.push(await start(variant, collector))
    // Until engines have compiled what they will compile.
    for (const subject of subjects) {
      await run(subject, workload, requests)
      await run(subject, workload, requests)
      subject.latenciesMs = []
    }
    await sleep(SETTLE_MS)
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        mark(subject)
        await run(subject, workload, requests)
      }
      onRound?.(round)
    }
    await sleep(SETTLE_MS)
    subjects.forEach(mark)
    return subjects.map((subject) => figuresOf(subject, requests, collector))
  } finally {
    for (const { worker } of subjects) await worker.stop()
    collector.close()
  }
}

const start = async (variant: Variant, collector: Collector): Promise<Subject> => ({
  variant,
  worker: await startVariant(variant, collector),
  marks: [],
  latenciesMs: [],
  requests: 0,
  errors: 0,
})

/** A workerd with this variant, KV, D1 and R2 in it. */
export const startVariant = (
  { id, entry, settings, bindings }: Variant,
  collector: Pick<Collector, 'urlOf'>,
): Promise<RunningWorker> =>
  startWorker({
    entry,
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf(id) },
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      DB: { type: 'd1', id: 'db' },
      FILES: { type: 'r2', name: 'files' },
      ...bindings,
    },
    ...(settings && { settings }),
  })

const run = async (subject: Subject, workload: Workload, requests: number): Promise<void> => {
  const { path, clients } = workload
  const { errors, latenciesMs } = await load({ url: subject.worker.url, requests, clients, path })
  subject.requests += requests
  subject.errors += errors
  subject.latenciesMs.push(latenciesMs)
}

const pidOf = ({ worker, variant }: Subject): number => {
  if (worker.pid === undefined) throw new Error(`Cannot measure ${variant.id}: workerd has ended`)
  return worker.pid
}

const mark = (subject: Subject): void => {
  subject.marks.push(cpuMicroseconds(pidOf(subject)))
}

const figuresOf = (subject: Subject, perRound: number, collector: Collector): Figures => {
  const { variant, marks, requests, errors, latenciesMs } = subject
  const all = new Float64Array(latenciesMs.length * perRound)
  latenciesMs.forEach((values, index) => {
    all.set(values, index * perRound)
  })
  return {
    variant,
    requests,
    errors,
    ...collector.receivedFrom(variant.id),
    costs: marks.slice(1).map((at, round) => (at - (marks[round] as number)) / perRound),
    residentMegabytes: residentMegabytes(pidOf(subject)),
    latenciesMs: all.filter((value) => !Number.isNaN(value)).sort(),
  }
}
