/**
 * How late an app answers whose collector has been dead for minutes, with traces, metrics and logs, beside the bare app.
 *
 *   node bench/endurance/dead-collector.ts [--minutes 10] [--rate 500] [--json FILE]
 *
 * Requests come at a steady pace, whether or not the last were answered. Each app is a workerd of its own on the last
 * core, with lines to a file, and they take turns of five seconds. The second bare app shows what the machine makes up,
 * and ours with a collector that is well what telemetry adds anyway.
 */
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { RunningWorker } from '../../test/support/worker.ts'
import { pinWorkerd } from '../inner/pinned.ts'
import { startVariant } from '../workerd/measure.ts'
import { residentMegabytes } from '../workerd/process-usage.ts'
import { variantsOf } from '../workerd/variants.ts'
import { deadCollectorTableOf, latencyRowsOf, p99Of } from './latency.ts'

const { values: args } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '500' },
    json: { type: 'string' },
  },
})

const TURN_SECONDS = 5
const WARM_UP_SECONDS = 3

interface Subject {
  id: string
  title: string
  worker: RunningWorker
  /** Milliseconds to the end of each answer, turn by turn. */
  rounds: number[][]
}

const agent = new Agent({ keepAlive: true })

const ask = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now()
    request(`${url}/orders/7`, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
      response.resume().on('end', () => resolve(performance.now() - startMs))
    })
      .on('error', reject)
      .end()
  })

/** At the rate for so long, waiting for no answer but the last. */
const load = async ({ worker }: Subject, seconds: number): Promise<number[]> => {
  const perMs = Number(args.rate) / 1000
  const startMs = performance.now()
  const answers: Promise<number>[] = []
  while (answers.length < seconds * 1000 * perMs) {
    const due = Math.min(performance.now() - startMs, seconds * 1000) * perMs
    while (answers.length < due) answers.push(ask(worker.url))
    await sleep(1)
  }
  return Promise.all(answers)
}

const lastP99s = (): string[] => subjects.map(({ rounds }) => p99Of(rounds.at(-1) ?? []).toFixed(1))

const thread = new Worker(new URL('dead-collectors.ts', import.meta.url))
const ports = await new Promise<Record<'silent' | 'unavailable' | 'alive', number>>((resolve) =>
  thread.once('message', resolve),
)
const pinned = pinWorkerd()
const [bare, ours] = variantsOf('all')
if (!bare || !ours) throw new Error('Invariant: the bare app comes with every variant')

const subjects: Subject[] = []
const start = async (id: string, title: string, variant: typeof bare, port: number) => {
  const worker = await startVariant(variant, { urlOf: () => `http://127.0.0.1:${port}` })
  subjects.push({ id, title, worker, rounds: [] })
}

let rounds = 0
let done = 0
try {
  await start('bare', bare.title, bare, ports.alive)
  await start('again', `${bare.title}, once more`, bare, ports.alive)
  await start('alive', 'ours, the collector is well', ours, ports.alive)
  // Nothing listens on the lowest port.
  await start('refused', 'ours, connections are refused', ours, 1)
  await start('silent', 'ours, never an answer', ours, ports.silent)
  await start('503', 'ours, always 503', ours, ports.unavailable)
  rounds = Math.max(1, Math.round((Number(args.minutes) * 60) / (subjects.length * TURN_SECONDS)))
  for (const subject of subjects) await load(subject, WARM_UP_SECONDS)
  for (; done < rounds; done++) {
    for (const subject of subjects) subject.rounds.push(await load(subject, TURN_SECONDS))
    console.log(`round ${done + 1} of ${rounds}, p99 in ms: ${lastP99s().join(', ')}`)
    // Whoever wants the machine for something else can stop this process here.
    await sleep(200)
  }
  const memory = subjects.map(({ worker: { pid } }) => (pid ? residentMegabytes(pid) : Number.NaN))
  const rows = latencyRowsOf(
    subjects.map(({ id, title, rounds }, index) => ({
      id,
      title,
      rounds,
      residentMegabytes: memory[index] ?? Number.NaN,
    })),
  )
  console.log(`\n${deadCollectorTableOf(rows)}`)
  if (args.json) {
    const date = new Date().toISOString().slice(0, 10)
    const effort = { rounds: done, turnSeconds: TURN_SECONDS, rate: Number(args.rate) }
    writeFileSync(args.json, `${JSON.stringify({ date, ...effort, rows }, null, 2)}\n`)
  }
} finally {
  for (const { worker } of subjects) await worker.stop()
  pinned.close()
  agent.destroy()
  await thread.terminate()
}
