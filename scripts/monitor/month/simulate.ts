import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import type { RecordingRule, RuleGroup } from '../../../monitoring/prometheus/source/rule.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { type Line, readLines } from '../game-day/samples.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { Blocks, type Point } from './blocks.ts'
import { type Event, eventsOf } from './events.ts'
import { type Firing, firingsOf } from './firing.ts'
import { inlined, isWritten } from './inline.ts'
import { randomOf } from './random.ts'
import { World } from './world.ts'

/** A Monday. */
const START_SECONDS = Date.UTC(2026, 5, 1) / 1000
/** Prometheus gives no more than 11,000 values of a series at once. */
const CHUNK_MINUTES = 7 * 1440

/** What happened, in a Prometheus of its own. */
export interface History {
  readonly url: string
  readonly endSeconds: number
  readonly groups: readonly RuleGroup[]
  readonly recordings: readonly RecordingRule[]
  readonly incidents: readonly Event[]
  readonly harmless: readonly Event[]
  /** Every minute of an expression, a week at a time. */
  read(query: string, take: (line: Line) => void): Promise<void>
}

export interface Month {
  readonly seed: number
  readonly minutes: number
  readonly incidents: readonly Event[]
  readonly harmless: readonly Event[]
  readonly firings: readonly Firing[]
}

export interface MonthOptions {
  readonly seed: number
  /** How many such services there are. Default: one. */
  readonly services?: number
  /** How much of the month. */
  readonly minutes: number
  readonly prometheus: string
  readonly port: number
  readonly say?: (line: string) => void
}

const minuteOf = (atMs: number): number => Math.round((atMs / 1000 - START_SECONDS) / 60)

/** The series of one of several services that are all alike. */
const ofService = (selector: string, service: number): string =>
  service ? selector.replace('job="shop"', `job="shop-${service}"`) : selector

/** Counts what happens and what rules record of it, and has a real Prometheus answer for it. */
export async function withHistory<T>(
  options: MonthOptions,
  use: (history: History) => Promise<T>,
): Promise<T> {
  const { seed, minutes, services = 1, prometheus, port, say = () => {} } = options
  const directory = await mkdtemp(join(tmpdir(), 'month-'))
  const database = join(directory, 'data')
  await mkdir(database)
  const url = `http://127.0.0.1:${port}`
  let server: ServerProcess | undefined
  const start = async (): Promise<void> => {
    await server?.stop()
    server = await startServer({
      name: 'prometheus',
      program: prometheus,
      args: [
        '--config.file=/dev/null',
        `--storage.tsdb.path=${database}`,
        '--storage.tsdb.retention.time=10y',
        '--storage.tsdb.min-block-duration=2h',
        '--storage.tsdb.max-block-duration=2h',
        '--query.max-samples=1000000000',
        '--query.timeout=20m',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      ports: { prometheus: port },
      readyUrl: `${url}/-/ready`,
      logFile: join(directory, 'prometheus.log'),
      timeoutMs: 120_000,
    })
  }
  const read = async (query: string, take: (line: Line) => void): Promise<void> => {
    for (let from = 0; from < minutes; from += CHUNK_MINUTES) {
      const to = Math.min(minutes, from + CHUNK_MINUTES) - 1
      const lines = await readLines(url, {
        query,
        startMs: (START_SECONDS + from * 60) * 1000,
        endMs: (START_SECONDS + to * 60) * 1000,
        stepMs: 60_000,
      })
      for (const line of lines) take(line)
    }
  }
  try {
    const { incidents, harmless } = eventsOf(seed)
    const events = [...incidents, ...harmless]
    const world = new World(randomOf(seed + 1))
    const blocks = new Blocks(directory, database)
    for (let minute = 0; minute < minutes; minute++) {
      world.step(
        minute,
        events.filter(({ beginMinute, endMinute }) => beginMinute <= minute && minute < endMinute),
      )
      const seconds = START_SECONDS + minute * 60
      for (let service = 0; service < services; service++) {
        for (const [selector, value] of world.values) {
          if (value === undefined) continue
          await blocks.add({ selector: ofService(selector, service), seconds, value })
        }
      }
    }
    await blocks.flush()
    say(`${world.values.size * services} series of ${minutes} minutes are written`)

    await start()
    const groups = ruleFiles(thresholds).flatMap((file) => file.groups)
    const recordings = groups.flatMap(({ recording = [] }) => recording)
    const points: Point[] = []
    for (const { record, expr, labels } of recordings.filter(isWritten)) {
      await read(expr, (line) => {
        const all = Object.entries({ ...line.labels, ...labels })
        const text = all.map(([key, value]) => `${key}="${value}"`).join(',')
        for (const { atMs, value } of line.samples) {
          points.push({ selector: `${record}{${text}}`, seconds: atMs / 1000, value })
        }
      })
    }
    const days = Map.groupBy(points, ({ seconds }) => Math.floor(seconds / 86_400))
    for (const ofDay of days.values()) for (const point of ofDay) await blocks.add(point)
    await blocks.flush()
    say('what is recorded is written')
    await start()
    const endSeconds = START_SECONDS + (minutes - 1) * 60
    return await use({ url, endSeconds, groups, recordings, incidents, harmless, read })
  } finally {
    await server?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** What fires in a month, by the rules that are shipped. */
export const simulateMonth = (options: MonthOptions): Promise<Month> =>
  withHistory(options, async ({ groups, recordings, incidents, harmless, read }) => {
    const firings: Firing[] = []
    for (const alert of groups.flatMap(({ alerts = [] }) => alerts)) {
      // Tickets of single events ask for what nothing here counts.
      if (alert.expr.includes('event:')) continue
      const lines = new Map<string, Line>()
      await read(inlined(alert.expr, recordings), (line) => {
        const key = JSON.stringify(line.labels)
        const known = lines.get(key)?.samples ?? []
        lines.set(key, { labels: line.labels, samples: [...known, ...line.samples] })
      })
      for (const line of lines.values()) firings.push(...firingsOf(alert, line, minuteOf))
    }
    options.say?.(`${firings.length} alerts fired`)
    const { seed, minutes } = options
    return { seed, minutes, incidents, harmless, firings }
  })
