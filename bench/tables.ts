import { halfOf } from './difference.ts'
import { type InnerRow, innerCellsOf } from './inner/report.ts'
import { resultsOf, table } from './published.ts'
import type { RuntimeRow } from './runtimes/report.ts'
import type { Row } from './workerd/report.ts'
import { verdictsOf } from './workerd/targets.ts'
import type { Workload } from './workerd/workloads.ts'

interface Requests {
  date: string
  rounds: number
  results: { workload: Workload; rows: Row[] }[]
}

interface Start {
  title: string
  addedRawBytes: number
  addedGzipBytes: number
  addedEvaluationMs: number
  firstResponseMs: number
  addedFirstResponseMs: number
  addedCpuMs: number
}

interface Machine {
  date: string
  cpu: string
  cores: number
  memoryGiB: number
  node: string
}

interface Micro {
  title: string
  nanoseconds: number
  bytes?: number
}

const resultOf = (workload: string, file = 'workerd'): { workload: Workload; rows: Row[] } => {
  const found = resultsOf<Requests>(file).results.find((result) => result.workload.id === workload)
  if (!found) throw new Error(`Cannot publish: workload ${workload} was not measured`)
  return found
}

export const machineLine = (): string => {
  const { date, cpu, cores, memoryGiB, node } = resultsOf<Machine>('machine')
  const { rounds, results } = resultsOf<Requests>('workerd')
  const requests = results.map(({ workload }) => workload.requests)
  return `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node} for the clients; ${rounds} rounds of ${Math.min(...requests)} to ${Math.max(...requests)} requests for each variant.`
}

/** The rows that a reader in a hurry wants, with few requests at a time and with many. */
export const summaryTable = (): string => {
  const { rows } = resultOf('json')
  const { rows: busy } = resultOf('json-64')
  const all = rows.filter(({ id }) => id !== 'protobuf')
  return table(
    [
      '',
      'CPU added, µs',
      'under load, µs',
      'posts per request',
      'spans received under load',
      'memory, MB',
    ],
    all.map((row) => {
      const loaded = busy.find(({ id }) => id === row.id)
      return [
        row.title,
        row.addedMicroseconds.toFixed(0),
        loaded?.addedMicroseconds.toFixed(0) ?? '',
        row.posts.toFixed(3),
        row.id === 'bare' ? '' : (loaded?.spans.toFixed(2) ?? ''),
        row.residentMegabytes.toFixed(0),
      ]
    }),
  )
}

interface WranglerSize {
  title: string
  plain: { raw: number; gzip: number }
  minified: { raw: number; gzip: number }
}

/** What wrangler prints for an app without and with us, both ways. */
export const wranglerTable = (): string => {
  const sizes = resultsOf<WranglerSize[]>('wrangler-size')
  const [bare] = sizes
  const cell = (way: 'plain' | 'minified', size: WranglerSize): string =>
    `${size[way].raw.toFixed(0)} / ${size[way].gzip.toFixed(0)}`
  const added = (way: 'plain' | 'minified', size: WranglerSize): string =>
    size === bare ? '' : `+${(size[way].gzip - (bare?.[way].gzip ?? 0)).toFixed(0)}`
  return table(
    ['KiB: raw / gzip', 'as it is', 'added, gzip', '`--minify`', 'added, gzip'],
    sizes.map((size) => [
      size.title,
      cell('plain', size),
      added('plain', size),
      cell('minified', size),
      added('minified', size),
    ]),
  )
}

const PEERS = ['otel-cf-workers', 'inference-net', 'logfire', 'autotel', 'sentry', 'hono-otel']

/** The same as one sentence: what we add with metrics, beside what the others add for traces alone. */
export const summarySentence = (): string => {
  const { rows } = resultOf('json')
  const of = (id: string): Row => {
    const row = rows.find((each) => each.id === id)
    if (!row) throw new Error(`Cannot publish: ${id} was not measured`)
    return row
  }
  const ours = of('traces-metrics')
  const others = PEERS.map((id) => of(id).addedMicroseconds)
  const [least, most] = [Math.min(...others), Math.max(...others)].map((each) => each.toFixed(0))
  return `Traces and metrics add ${ours.addedMicroseconds.toFixed(0)} µs of CPU and ${ours.posts.toFixed(3)} posts to a request of a JSON route on workerd; the ${others.length} peers that we know of add ${least} to ${most} µs for traces alone.`
}

/** What we aim for, and whether it is reached. */
export const targetTable = (): string => {
  const [quiet, busy] = ['json', 'json-64'].map((id) => verdictsOf(resultOf(id).rows))
  return table(
    ['', 'target, at most', '8 connections', '64 connections', 'met'],
    (quiet ?? []).map(({ title, target, measured, isMet }, index) => {
      const other = busy?.[index]
      return [
        title,
        target,
        measured,
        other?.measured ?? '',
        isMet && other?.isMet ? 'yes' : isMet || other?.isMet ? 'in one' : 'no',
      ]
    }),
  )
}

const isPart = ({ id }: Row): boolean => id !== 'floor-promises'

/** What each call into the runtime adds to the floor. */
export const floorTable = (): string => {
  const [, floor, ...parts] = resultOf('json', 'floor').rows
  return table(
    ['', 'CPU added to the floor, µs'],
    [...parts.filter(isPart), ...parts.filter((row) => !isPart(row))].map((row) => [
      isPart(row) ? row.title : 'all of it: floor with what we promise',
      (row.addedMicroseconds - (floor?.addedMicroseconds ?? Number.NaN)).toFixed(0),
    ]),
  )
}

const REQUEST_COLUMNS: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ['', ({ title }) => title],
  ['CPU, µs', (row) => row.cpuMicroseconds.toFixed(0)],
  ['added', (row) => row.addedMicroseconds.toFixed(0)],
  ['p10', ({ added }) => added?.p10.toFixed(0) ?? ''],
  ['half of the rounds', ({ added }) => (added ? halfOf(added, 0) : '')],
  ['% of bare', (row) => row.percentOfBare.toFixed(0)],
  ['× floor', (row) => row.timesFloor?.toFixed(1) ?? ''],
  ['posts', (row) => row.posts.toFixed(4)],
  ['bytes', (row) => row.bytes.toFixed(0)],
  ['spans', (row) => row.spans.toFixed(3)],
  ['RSS, MB', (row) => row.residentMegabytes.toFixed(0)],
  ['p50, ms', (row) => row.p50Ms.toFixed(2)],
  ['p99, ms', (row) => row.p99Ms.toFixed(2)],
]

export const requestTable = (workload: string): string => {
  const { rows } = resultOf(workload)
  // Spreads are not in what was measured before they were kept.
  const columns = REQUEST_COLUMNS.filter(
    ([title]) => rows[0]?.added || (title !== 'p10' && title !== 'half of the rounds'),
  )
  return table(
    columns.map(([title]) => title),
    rows.map((row) => columns.map(([, cell]) => cell(row))),
  )
}

export const coldStartTable = (): string =>
  table(
    [
      '',
      'bundle, raw kB',
      'bundle, gzip kB',
      'modules, ms',
      'first response, ms',
      'added, ms',
      'CPU added, ms',
    ],
    resultsOf<{ rows: Start[] }>('cold-start').rows.map((row) => [
      row.title,
      (row.addedRawBytes / 1000).toFixed(1),
      (row.addedGzipBytes / 1000).toFixed(1),
      row.addedEvaluationMs.toFixed(1),
      row.firstResponseMs.toFixed(1),
      row.addedFirstResponseMs.toFixed(1),
      row.addedCpuMs.toFixed(1),
    ]),
  )

interface Weight {
  title: string
  raw: number
  gzip: number
}

/** What a bundle is made of: what it weighs less without each part, and what is left. */
export const withoutTable = (): string =>
  table(
    ['', 'raw kB', 'gzip kB'],
    resultsOf<Weight[]>('size-without').map(({ title, raw, gzip }) => [
      title.replace(/^of which/, '– of which'),
      (raw / 1000).toFixed(1),
      (gzip / 1000).toFixed(1),
    ]),
  )

export const bindingsTable = (): string =>
  table(
    ['', 'raw call, CPU µs', 'added by a span and a measurement, µs'],
    resultsOf<{ title: string; rawMicroseconds: number; addedMicroseconds: number }[]>(
      'bindings',
    ).map(({ title, rawMicroseconds, addedMicroseconds }) => [
      title,
      rawMicroseconds.toFixed(0),
      addedMicroseconds.toFixed(0),
    ]),
  )

interface Inner {
  date: string
  rounds: number
  rows: InnerRow[]
}

/** What one thing costs without HTTP around it, and what the machine made up in the same run. */
export const innerTable = (): string => {
  const { date, rounds, rows } = resultsOf<Inner>('inner')
  return `${date}, ${rounds} rounds.\n\n${table(
    ['', 'added, µs', 'p10, µs', 'half of the rounds, µs', 'aim, µs'],
    rows.map(innerCellsOf),
  )}`
}

interface Runtimes {
  date: string
  rounds: number
  results: Record<string, RuntimeRow[]>
}

/** What is added on Node, Deno and Bun, beside the SDK. */
export const runtimesTable = (): string => {
  const { date, rounds, results } = resultsOf<Runtimes>('runtimes')
  const names = Object.keys(results)
  const [first = []] = Object.values(results)
  return `${date}, ${rounds} rounds.\n\n${table(
    ['CPU added, µs: median / p10', ...names],
    first
      .filter(({ id }) => id !== 'bare')
      .map(({ id, title }) => [
        title,
        ...names.map((name) => {
          const row = results[name]?.find((each) => each.id === id)
          // As numbers, so that nothing is "-0".
          return row ? `${Math.round(row.added.median)} / ${Math.round(row.added.p10)}` : ''
        }),
      ]),
  )}`
}

export const microTable = (): string => {
  const results = resultsOf<Record<string, Micro[]>>('micro')
  const runtimes = Object.keys(results)
  return table(
    ['', ...runtimes.map((name) => `${name}, ns`), 'bytes on Node'],
    (results.Node ?? []).map(({ title, bytes }, index) => [
      title,
      ...runtimes.map((name) => results[name]?.[index]?.nanoseconds.toFixed(0) ?? ''),
      bytes?.toFixed(0) ?? '',
    ]),
  )
}

export const growthPlots = (): string =>
  [
    ['routes', 'Cost per request, 1 to 1,000 routes'],
    ['rate', 'Cost per request, 10 to 10,000 requests a second'],
    ['attributes', 'Cost per request, 1 to 128 attributes'],
  ]
    .map(([name, text]) => `![${text}](../bench/results/growth-${name}.svg)`)
    .join('\n\n')
