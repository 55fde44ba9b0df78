import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { type Line, readLines } from '../game-day/samples.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { Blocks } from './blocks.ts'
import { type Event, eventsOf } from './events.ts'
import { type Firing, firingsOf } from './firing.ts'
import { inlined, isWritten } from './inline.ts'
import { randomOf } from './random.ts'
import { World } from './world.ts'

/** A Monday. */
const START_SECONDS = Date.UTC(2026, 5, 1) / 1000
/** Prometheus gives no more than 11,000 values of a series at once. */
const CHUNK_MINUTES = 7 * 1440

export interface Month {
  readonly seed: number
  readonly minutes: number
  readonly incidents: readonly Event[]
  readonly harmless: readonly Event[]
  readonly firings: readonly Firing[]
}

export interface MonthOptions {
  readonly seed: number
  /** How much of the month. */
  readonly minutes: number
  readonly prometheus: string
  readonly port: number
  readonly say?: (line: string) => void
}

const minuteOf = (atMs: number): number => Math.round((atMs / 1000 - START_SECONDS) / 60)

/** Counts what happens in a month, has a real Prometheus evaluate every rule over it, and says what fired. */
export async function simulateMonth(options: MonthOptions): Promise<Month> {
  const { seed, minutes, prometheus, port, say = () => {} } = options
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
      readyUrl: `${url}/-/ready`,
      logFile: join(directory, 'prometheus.log'),
      timeoutMs: 120_000,
    })
  }
  /** Every minute of an expression, a week at a time. */
  const read = async (query: string, take: (line: Line) => Promise<void> | void): Promise<void> => {
    for (let from = 0; from < minutes; from += CHUNK_MINUTES) {
      const to = Math.min(minutes, from + CHUNK_MINUTES) - 1
      const lines = await readLines(url, {
        query,
        startMs: (START_SECONDS + from * 60) * 1000,
        endMs: (START_SECONDS + to * 60) * 1000,
        stepMs: 60_000,
      })
      for (const line of lines) await take(line)
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
      for (const [selector, value] of world.values) {
        if (value !== undefined) await blocks.add({ selector, seconds, value })
      }
    }
    await blocks.flush()
    say(`${world.values.size} series of ${minutes} minutes are written`)

    await start()
    const groups = ruleFiles(thresholds).flatMap((file) => file.groups)
    const recordings = groups.flatMap(({ recording = [] }) => recording)
    const recorded: { selector: string; line: Line }[] = []
    for (const { record, expr, labels } of recordings.filter(isWritten)) {
      await read(expr, (line) => {
        const all = Object.entries({ ...line.labels, ...labels })
        const text = all.map(([key, value]) => `${key}="${value}"`).join(',')
        recorded.push({ selector: `${record}{${text}}`, line })
      })
    }
    const days = Map.groupBy(
      recorded.flatMap(({ selector, line }) =>
        line.samples.map(({ atMs, value }) => ({ selector, seconds: atMs / 1000, value })),
      ),
      ({ seconds }) => Math.floor(seconds / 86_400),
    )
    for (const points of days.values()) for (const point of points) await blocks.add(point)
    await blocks.flush()
    say('what is recorded is written')

    await start()
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
    say(`${firings.length} alerts fired`)
    return { seed, minutes, incidents, harmless, firings }
  } finally {
    await server?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
