/**
 * How the CPU that telemetry adds grows: with the routes in use, with the requests offered each second, and with the
 * attributes of a span. Writes a plot for each beside the figures.
 *
 *   node bench/growth/main.ts [--rounds 20] [--write]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { load } from '../../test/support/load.ts'
import { type RunningWorker, startWorker } from '../../test/support/worker.ts'
import { median } from '../difference.ts'
import { startCollector } from '../workerd/collector.ts'
import { cpuMicroseconds } from '../workerd/process-usage.ts'
import { type Plot, svgOf } from './svg.ts'

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    write: { type: 'boolean', default: false },
  },
})

const ROUNDS = Number(args.rounds)
const REQUESTS = 500
const CLIENTS = 8
/** Until what was recorded has left. */
const SETTLE_MS = 1500

type PathOf = (index: number) => string

const collector = await startCollector()
const start = (entry: string): Promise<RunningWorker> =>
  startWorker({
    entry: new URL(entry, import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.urlOf(entry) },
  })
const bare = await start('bare.ts')
const ours = await start('ours.ts')

const cpuOf = ({ pid }: RunningWorker): number => {
  if (pid === undefined) throw new Error('Cannot measure: workerd has ended')
  return cpuMicroseconds(pid)
}

/** CPU microseconds of each request, exports included. */
const costOf = async (worker: RunningWorker, send: () => Promise<number>): Promise<number> => {
  const before = cpuOf(worker)
  const sent = await send()
  await sleep(SETTLE_MS)
  return (cpuOf(worker) - before) / sent
}

/** What ours adds, as the median over rounds in which the two take turns. */
const addedBy = async (
  send: (worker: RunningWorker) => Promise<number>,
): Promise<{ bare: number; added: number }> => {
  const rounds: { bare: number; added: number }[] = []
  await send(bare)
  await send(ours)
  for (let round = 0; round < ROUNDS; round++) {
    const without = await costOf(bare, () => send(bare))
    rounds.push({ bare: without, added: (await costOf(ours, () => send(ours))) - without })
  }
  return {
    bare: median(rounds.map((round) => round.bare)),
    added: median(rounds.map((round) => round.added)),
  }
}

const saturating =
  (path: PathOf) =>
  async ({ url }: RunningWorker): Promise<number> => {
    const { errors } = await load({ url, requests: REQUESTS, clients: CLIENTS, path })
    if (errors) throw new Error(`Cannot measure: ${errors} requests failed`)
    return REQUESTS
  }

/** Requests at a steady pace for a second, whether or not the last were answered. */
const paced =
  (perSecond: number) =>
  async ({ url }: RunningWorker): Promise<number> => {
    const perTick = Math.max(1, Math.round(perSecond / 100))
    const ticks = Math.max(1, Math.round(perSecond / perTick))
    const bursts: Promise<unknown>[] = []
    for (let tick = 0; tick < ticks; tick++) {
      bursts.push(load({ url, requests: perTick, clients: Math.min(perTick, 64), path: '/r0/7' }))
      await sleep(1000 / ticks)
    }
    await Promise.all(bursts)
    return ticks * perTick
  }

const plotOf = async (
  title: string,
  xLabel: string,
  values: readonly number[],
  send: (value: number) => (worker: RunningWorker) => Promise<number>,
): Promise<Plot> => {
  console.log(`\n${title}\n${xLabel.padEnd(34)}${'bare µs'.padStart(11)}${'added µs'.padStart(11)}`)
  const points: [number, { bare: number; added: number }][] = []
  for (const value of values) {
    const figures = await addedBy(send(value))
    points.push([value, figures])
    console.log(
      String(value).padEnd(34) +
        figures.bare.toFixed(0).padStart(11) +
        figures.added.toFixed(0).padStart(11),
    )
  }
  return {
    title,
    xLabel,
    yLabel: 'CPU µs a request',
    series: [
      { name: 'bare app', color: '#888', points: points.map(([x, figures]) => [x, figures.bare]) },
      {
        name: 'added: traces, metrics',
        color: '#e36002',
        points: points.map(([x, figures]) => [x, figures.added]),
      },
    ],
  }
}

try {
  const plots = {
    routes: await plotOf('Cost and routes in use', 'routes', [1, 10, 100, 1000], (routes) =>
      saturating((index) => `/r${index % routes}/7`),
    ),
    attributes: await plotOf(
      'Cost and attributes of a span',
      'attributes added',
      [1, 8, 32, 128],
      (count) => saturating(() => `/attributes/${count}`),
    ),
    rate: await plotOf(
      'Cost and requests offered',
      'requests a second',
      [10, 100, 1000, 10_000],
      paced,
    ),
  }
  if (args.write) {
    const folder = new URL('../results/', import.meta.url)
    mkdirSync(folder, { recursive: true })
    for (const [name, plot] of Object.entries(plots)) {
      writeFileSync(new URL(`growth-${name}.svg`, folder), svgOf(plot))
    }
  }
} finally {
  await bare.stop()
  await ours.stop()
  collector.close()
}
