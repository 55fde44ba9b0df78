import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { boards } from '../../../monitoring/grafana/source/boards.ts'
import { settings } from '../../../monitoring/thresholds.ts'
import { startBank } from '../../../test/e2e/shop/bank.ts'
import { startShop } from '../../../test/e2e/shop/start-shop.ts'
import { startSink } from '../../../test/support/otlp-sink.ts'
import { drawBoard } from '../draw/board.ts'
import type { Ports } from '../ports.ts'
import type { Programs } from '../programs.ts'
import { startCustomers } from './customers.ts'
import { type Incident, incidents, type Stage } from './incidents.ts'
import { type Notification, startPager } from './pager.ts'
import { readRange, type Sample } from './samples.ts'
import { startServers } from './servers.ts'
import { faster, shorter } from './speed.ts'

/** What became of an incident. */
export interface Played {
  readonly incident: Incident
  /** Times in milliseconds since 1970. */
  readonly beganMs: number
  readonly endedMs: number
  readonly pagedMs: number | undefined
  readonly resolvedMs: number | undefined
  /** All that was told between its beginning and its resolution. */
  readonly notifications: readonly Notification[]
  /** What its query says from a while before it to its end. */
  readonly samples: readonly Sample[]
}

export interface GameDay {
  readonly speed: number
  readonly startedMs: number
  readonly played: readonly Played[]
  /** What was told before the first, while all was well. */
  readonly before: readonly Notification[]
  readonly heartbeats: number
  /** Incidents that could not be played, and why. */
  readonly missing: readonly string[]
  /** Dashboards of the day, as SVG, by their ids. */
  readonly boards: ReadonlyMap<string, string>
}

export interface GameDayOptions {
  readonly ports: Ports
  readonly programs: Programs
  /** How many times as fast as in production windows, intervals and waits are. */
  readonly speed: number
  /** Names of incidents. Default: all. */
  readonly only?: readonly string[]
  /** Ids of dashboards to be drawn of the day. */
  readonly boards?: readonly string[]
  readonly say?: (line: string) => void
}

const TOKEN = 'let-me-scrape'
const MINUTE_MS = 60_000

const isPage = ({ receiver }: Notification): boolean => receiver.startsWith('pagerduty-')

/** Brings about one incident after the other, and waits until each has been told of and has ended. */
export async function playGameDay(options: GameDayOptions): Promise<GameDay> {
  const { ports, programs, speed, only, say = () => {} } = options
  const stops: (() => unknown)[] = []
  const minutes = (count: number): number => (count * MINUTE_MS) / speed
  const directory = await mkdtemp(join(tmpdir(), 'game-day-'))
  stops.push(() => rm(directory, { recursive: true, force: true }))
  try {
    const pager = await startPager()
    stops.push(() => pager.close())
    const bank = await startBank()
    stops.push(() => bank.close())
    const sink = programs.collector ? undefined : await startSink()
    stops.push(() => sink?.close())
    const shop = await startShop(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink?.url ?? `http://127.0.0.1:${ports.otlpHttp}`,
        METRICS_TOKEN: TOKEN,
        // It is scraped: what came by the Collector too would count twice.
        OTEL_METRICS_EXPORTER: 'none',
        UPSTREAM_URL: bank.url,
      },
      'faulty',
    )
    stops.push(() => shop.stop())
    const servers = await startServers({
      directory,
      ports,
      programs,
      speed,
      webhookUrl: pager.url,
      shop: { url: shop.url, token: TOKEN },
    })
    stops.push(() => servers.stop())
    const customers = startCustomers(shop.url, minutes(1))
    stops.push(() => customers.stop())
    const stage: Stage = {
      bank,
      collector: servers.collector,
      async fault(name) {
        await fetch(`${shop.url}/faults/${name}`, { method: 'PUT' })
      },
    }

    const startedMs = Date.now()
    say('all is well')
    await sleep(minutes(20))
    const before = [...pager.notifications]

    const until = async (isSo: () => boolean, longestMs: number): Promise<void> => {
      const deadlineMs = Date.now() + longestMs
      while (!isSo() && Date.now() < deadlineMs) await sleep(50)
    }
    const play = async (incident: Incident): Promise<Played> => {
      const first = pager.notifications.length
      const told = (): Notification[] => pager.notifications.slice(first)
      const pages = (): Notification[] =>
        told().filter((each) => isPage(each) && each.service === incident.service)
      const beganMs = Date.now()
      say(`${incident.name} begins`)
      await incident.begin(stage)
      const isPaged = ({ firing }: Notification): boolean =>
        incident.alerts.some((alert) => firing.includes(alert))
      await until(() => pages().some(isPaged), minutes(45))
      // What else there is to tell has the time of a group's interval to join.
      await sleep(minutes(6))
      const endedMs = Date.now()
      await incident.end(stage)
      say(`${incident.name} ends`)
      await until(() => pages().at(-1)?.status === 'resolved', minutes(60))
      const paged = pages().find(isPaged)
      const resolved = pages().findLast(({ status }) => status === 'resolved')
      const samples = await readRange(servers.prometheusUrl, {
        query: faster(incident.query, speed),
        startMs: beganMs - minutes(10),
        endMs: Date.now(),
        stepMs: minutes(0.5),
      })
      await sleep(minutes(3))
      return {
        incident,
        beganMs,
        endedMs,
        pagedMs: paged?.atMs,
        resolvedMs: resolved?.atMs,
        notifications: told(),
        samples,
      }
    }
    const played: Played[] = []
    const missing: string[] = []
    for (const incident of incidents.filter(({ name }) => only?.includes(name) ?? true)) {
      if (incident.name === 'dead collector' && !servers.collector) {
        missing.push(
          'dead collector: there is none on this machine (node scripts/monitor/install.ts)',
        )
      } else played.push(await play(incident))
    }
    const drawn = new Map<string, string>()
    for (const board of boards.filter(({ uid }) => options.boards?.includes(uid))) {
      const picture = await drawBoard(board, {
        prometheusUrl: servers.prometheusUrl,
        startMs: startedMs,
        endMs: Date.now(),
        stepMs: minutes(2),
        rateInterval: shorter(`${4 * settings.intervalSeconds}s`, speed),
        service: '.+',
        change: (expr) => faster(expr, speed),
      })
      drawn.set(board.uid, picture)
    }
    const heartbeats = pager.heartbeats()
    return { speed, startedMs, played, before, heartbeats, missing, boards: drawn }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
