import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Ports, portsWith } from './ports.ts'
import { cacheDirectory } from './programs.ts'
import { SEVERITIES, TEAMS, type Wanted } from './test-alert/alerts.ts'

export const USAGE = `Usage: npm run monitor -- [--prod] [--profile <name>]… [--down]
       npm run monitor -- --game-day [--speed <number>] [--write] | --month [--seed <number>] [--write] | --cost [--write]
       npm run monitor -- --test-alert [critical|warning|ticket] [application|platform|observability]
       npm run monitor -- --review
       npm run monitor:native -- [--build] [--build-loki] [--profile postgres|mysql|redis]… [--directory <path>] [--port <name>=<number>]…

  --prod       production configurations: TLS and a token at the Collector, alerts to people
  --profile    beside the rest, one of victoria (VictoriaMetrics), elastic (Elasticsearch and Kibana) and archive
               (a bucket of yours that keeps everything); and any of postgres, mysql, redis (exporters of databases),
               hosts (of this machine and its containers) and logs (of its files and containers)
  --down       stops the containers; their data stays
  --game-day   brings about errors, latency, a dead collector, a stuck queue, failing health and a failed deploy,
               on Prometheus and Alertmanager of this machine, and checks who is paged, when, and until when
  --speed      how many times as fast as in production a game day goes. Default: 20; a quarter of an hour in all
  --test-alert puts an alert that says it is a test into the running Alertmanager, for each severity and team or those
               named; says whom it went to and whether that failed, ends it, and fails if somebody was not told
  --review     asks the running Prometheus which alerts have fired often or not at all, and which panels have no data
  --month      simulates a month with 30 incidents, and says how many of them the alerts found, and what else
  --cost       measures what the evaluation of the rules costs, for one service and for five
  --seed       another month. Default: 1
  --write      puts the outcome into the docs
  --build      builds the Collector and Jaeger with Go, once, if they are not on this machine
  --build-loki builds Loki with Go, too: almost half an hour on two cores
  --port       another port for a plain process, such as prometheus=19090 where 9090 is taken
  --directory  data and logs of plain processes. Default: monitor, beside what was built
`

/** Where the Collector sends as well: one of them. */
const OVERLAYS = ['victoria', 'elastic', 'archive'] as const

const SOURCES = ['postgres', 'mysql', 'redis', 'hosts', 'logs'] as const

/** What stands beside the rest. */
export const PROFILES = [...OVERLAYS, ...SOURCES] as const

export type Profile = (typeof PROFILES)[number]

type Overlay = (typeof OVERLAYS)[number]

/** Whether the Collector has a configuration of that name. */
export const isOverlay = (profile: Profile): profile is Overlay =>
  OVERLAYS.some((name) => name === profile)

/** Profiles that have containers: the archive is somebody else's. */
export const CONTAINERS: readonly Profile[] = PROFILES.filter((name) => name !== 'archive')

export interface MonitorOptions {
  readonly native: boolean
  readonly stack: 'dev' | 'prod'
  readonly profiles: readonly Profile[]
  readonly down: boolean
  readonly gameDay: boolean
  /** How many times as fast as in production a game day goes. */
  readonly speed: number
  /** Undefined unless alerts are to be tested. */
  readonly testAlert: Wanted | undefined
  readonly review: boolean
  readonly month: boolean
  readonly cost: boolean
  readonly seed: number
  /** Puts the outcome into the docs. */
  readonly write: boolean
  readonly build: boolean
  readonly buildLoki: boolean
  readonly directory: string
  readonly ports: Ports
}

const numberOf = (option: string, text: string, most: number): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw new TypeError(
      `Cannot start: \`--${option}\` must be a whole number from 1 to ${most}, received ${text}`,
    )
  }
  return number
}

/** The severity and the team of a test alert, in any order. */
const wantedOf = (words: readonly string[]): Wanted => {
  const severity = SEVERITIES.find((each) => words.includes(each))
  const team = TEAMS.find((each) => words.includes(each))
  const other = words.find((word) => word !== severity && word !== team)
  if (other !== undefined) {
    throw new TypeError(
      `Cannot test alerts: \`--test-alert\` must be followed by at most one of ${SEVERITIES.join(', ')} ` +
        `and one of ${TEAMS.join(', ')}, received ${other}`,
    )
  }
  return { severity, team }
}

const profilesOf = (texts: readonly string[]): Profile[] => {
  const profiles = texts.map((text) => {
    const profile = PROFILES.find((name) => name === text)
    if (!profile) {
      throw new TypeError(
        `Cannot start: \`--profile\` must be one of ${PROFILES.join(', ')}, received ${text}`,
      )
    }
    return profile
  })
  const overlays = profiles.filter(isOverlay)
  if (overlays.length > 1) {
    throw new TypeError(
      `Cannot start: \`--profile\` must be at most one of ${OVERLAYS.join(', ')}, received ${overlays.join(', ')}`,
    )
  }
  return profiles
}

/**
 * Reads the command line.
 *
 * @throws TypeError for what it does not know.
 */
export function parseOptions(args: readonly string[]): MonitorOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: args.includes('--test-alert'),
    options: {
      native: { type: 'boolean', default: false },
      prod: { type: 'boolean', default: false },
      profile: { type: 'string', multiple: true, default: [] },
      down: { type: 'boolean', default: false },
      'game-day': { type: 'boolean', default: false },
      speed: { type: 'string', default: '20' },
      'test-alert': { type: 'boolean', default: false },
      review: { type: 'boolean', default: false },
      month: { type: 'boolean', default: false },
      cost: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
      build: { type: 'boolean', default: false },
      'build-loki': { type: 'boolean', default: false },
      port: { type: 'string', multiple: true, default: [] },
      directory: { type: 'string', default: join(cacheDirectory(), 'monitor') },
    },
  })
  const { native, prod, down, build, 'build-loki': buildLoki, directory } = values
  return {
    native,
    stack: prod ? 'prod' : 'dev',
    profiles: profilesOf(values.profile),
    down,
    gameDay: values['game-day'],
    speed: numberOf('speed', values.speed, 60),
    testAlert: values['test-alert'] ? wantedOf(positionals) : undefined,
    review: values.review,
    month: values.month,
    cost: values.cost,
    seed: numberOf('seed', values.seed, 1_000_000),
    write: values.write,
    build,
    buildLoki,
    directory,
    ports: portsWith(values.port),
  }
}
