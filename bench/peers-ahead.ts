import { resultsOf, table } from './published.ts'

/** What was measured of one variant. */
type Measured = Readonly<Record<string, unknown>> & { id: string; title: string }

/** A figure of which less is better. */
interface Figure {
  title: string
  read: (row: Measured) => number
  format: (value: number) => string
}

/** A run in which ours and peers were measured side by side. */
export interface Contest {
  title: string
  rows: readonly Measured[]
  ours: string
  figures: readonly Figure[]
}

/** A figure of ours, and those of the peers with a better one. */
export interface Ahead {
  contest: string
  figure: string
  ours: string
  peers: readonly string[]
}

const PEERS = new Set([
  'otel-cf-workers',
  'inference-net',
  'logfire',
  'autotel',
  'sentry',
  'hono-otel',
])

/** Every figure in which a peer is better, as it is rounded: what nobody could read off the tables is not said. */
export const aheadIn = ({ title, rows, ours, figures }: Contest): Ahead[] => {
  const own = rows.find(({ id }) => id === ours)
  if (!own) throw new Error(`Cannot compare: ${ours} was not measured in ${title}`)
  return figures.flatMap((figure) => {
    const value = figure.read(own)
    const text = figure.format(value)
    const peers = rows.filter(
      (row) =>
        PEERS.has(row.id) && figure.read(row) < value && figure.format(figure.read(row)) !== text,
    )
    if (peers.length === 0) return []
    return {
      contest: title,
      figure: figure.title,
      ours: text,
      peers: peers.map((peer) => `${peer.title} ${figure.format(figure.read(peer))}`),
    }
  })
}

const figure = (title: string, path: string, digits: number, unit = 1): Figure => ({
  title,
  read: (row) =>
    Number(path.split('.').reduce<unknown>((at, key) => (at as Measured | undefined)?.[key], row)) /
    unit,
  format: (value) => value.toFixed(digits),
})

const REQUEST: readonly Figure[] = [
  figure('CPU added, µs', 'addedMicroseconds', 0),
  figure('CPU added, p10, µs', 'added.p10', 0),
  figure('posts', 'posts', 3),
  {
    title: 'bytes sent for a span',
    read: ({ bytes, spans }) => Number(bytes) / Number(spans),
    format: (value) => value.toFixed(0),
  },
  figure('memory, MB', 'residentMegabytes', 0),
  figure('p50, ms', 'p50Ms', 2),
  figure('p99, ms', 'p99Ms', 2),
]

const START = [
  figure('bundle, raw kB', 'addedRawBytes', 1, 1000),
  figure('bundle, gzip kB', 'addedGzipBytes', 1, 1000),
  figure('modules, ms', 'addedEvaluationMs', 1),
  figure('first response, added ms', 'addedFirstResponseMs', 1),
  figure('CPU added by both, ms', 'addedCpuMs', 1),
]

const RUNTIME = [
  figure('CPU added, µs', 'added.median', 0),
  figure('CPU added, p10, µs', 'added.p10', 0),
  figure('memory, MB', 'residentMegabytes', 0),
]

const contests = (): Contest[] => [
  ...resultsOf<{ results: { workload: { title: string }; rows: Measured[] }[] }>(
    'workerd',
  ).results.map(({ workload: { title }, rows }) => ({
    title,
    rows,
    ours: 'traces-metrics',
    figures: REQUEST,
  })),
  {
    title: 'bundle and first request',
    rows: resultsOf<{ rows: Measured[] }>('cold-start').rows,
    ours: 'traces-metrics',
    figures: START,
  },
  ...Object.entries(resultsOf<{ results: Record<string, Measured[]> }>('runtimes').results).map(
    ([runtime, rows]) => ({
      title: `a JSON route on ${runtime}`,
      rows,
      ours: 'metrics',
      figures: RUNTIME,
    }),
  ),
]

/** Where peers are better than we are, in anything that was measured. */
export const peersAheadTable = (): string =>
  table(
    ['', 'ours, with metrics', 'better: peers, traces alone'],
    contests()
      .flatMap(aheadIn)
      .map(({ contest, figure, ours, peers }) => [`${contest}: ${figure}`, ours, peers.join('; ')]),
  )
