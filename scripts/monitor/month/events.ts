import { type Random, randomOf } from './random.ts'

/** What goes wrong, for how long, and how badly. */
export interface Event {
  readonly kind: Kind
  readonly beginMinute: number
  readonly endMinute: number
  /** A share of requests, messages or runs, or seconds. */
  readonly size: number
}

/** Incidents, which somebody has to hear of. */
export const INCIDENTS = {
  errors: 'a share of all requests fails',
  'route errors': 'a share of the orders fails',
  latency: 'orders take seconds',
  upstream: 'the payment service fails',
  database: 'the database fails',
  'dead collector': 'the Collector is gone',
  'stuck queue': 'the consumer of a queue stops',
  jobs: 'messages fail and are tried again',
  health: 'a health check fails',
  down: 'nothing answers',
  'no traffic': 'no request arrives',
  workflow: 'runs of a Workflow fail',
} as const

/** What happens every month, and nobody has to get up for. */
export const HARMLESS = {
  'a few failures': 'up to four requests in a row fail',
  'slow ones': 'up to four requests take 6 seconds',
  'missed scrape': 'a scrape fails, once',
  'failed probe': 'a probe of the health fails, once',
  'retried message': 'a message is tried again, twice',
  'load test': 'staging has twenty times the requests of production',
  'broken staging': 'half of all that staging answers is an error',
} as const

export type Kind = keyof typeof INCIDENTS | keyof typeof HARMLESS

export const MONTH_MINUTES = 30 * 24 * 60
/** Incidents begin when two days have been seen, and leave room for each other. */
const FIRST_MINUTE = 2 * 24 * 60
const INCIDENTS_IN_ALL = 30
const HARMLESS_IN_ALL = 150

const SIZES: Readonly<Record<Kind, readonly [least: number, most: number]>> = {
  errors: [0.02, 0.5],
  'route errors': [0.1, 0.9],
  latency: [1.5, 6],
  upstream: [0.1, 0.9],
  database: [0.1, 0.6],
  'dead collector': [1, 1],
  'stuck queue': [1, 1],
  jobs: [0.1, 0.8],
  health: [0.5, 1],
  down: [1, 1],
  'no traffic': [1, 1],
  workflow: [0.1, 0.6],
  'a few failures': [1, 4.99],
  'slow ones': [1, 4.99],
  'missed scrape': [1, 1],
  'failed probe': [1, 1],
  'retried message': [1, 2.99],
  'load test': [20, 20],
  'broken staging': [0.5, 0.5],
}

const LONG: readonly Kind[] = ['load test', 'broken staging']

const between = (random: Random, [least, most]: readonly [number, number]): number =>
  random.between(least, most)

/** Thirty incidents and five times as much that is none, in the order in which they begin. */
export const eventsOf = (seed: number): { incidents: Event[]; harmless: Event[] } => {
  const random = randomOf(seed)
  const kinds = Object.keys(INCIDENTS) as Kind[]
  const room = (MONTH_MINUTES - FIRST_MINUTE) / INCIDENTS_IN_ALL
  const incidents = Array.from({ length: INCIDENTS_IN_ALL }, (_, at): Event => {
    const kind = kinds[at % kinds.length] as Kind
    // From a quarter of an hour to three hours, the short ones more often.
    const minutes = Math.round(15 * 12 ** random.next())
    const beginMinute = Math.floor(FIRST_MINUTE + at * room + random.between(0, room - 420))
    return {
      kind,
      beginMinute,
      endMinute: beginMinute + minutes,
      size: between(random, SIZES[kind]),
    }
  })
  const others = Object.keys(HARMLESS) as Kind[]
  const harmless = Array.from({ length: HARMLESS_IN_ALL }, (_, at): Event => {
    const kind = others[at % others.length] as Kind
    const beginMinute = Math.floor(random.between(60, MONTH_MINUTES - 300))
    const minutes = LONG.includes(kind) ? Math.round(random.between(30, 240)) : 1
    return {
      kind,
      beginMinute,
      endMinute: beginMinute + minutes,
      size: between(random, SIZES[kind]),
    }
  })
  return { incidents, harmless }
}
