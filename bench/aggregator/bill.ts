import { CHECKPOINT_ROWS_PER_ROW, type Scenario, simulate, type Tally } from './simulate.ts'

/** Dollars; Cloudflare's list of 2026-11, without what a plan includes. */
export const PRICES = {
  workerRequest: 0.3 / 1e6,
  cpuMs: 0.02 / 1e6,
  objectRequest: 0.15 / 1e6,
  gbSecond: 12.5 / 1e6,
  rowWritten: 1 / 1e6,
}

/** CPU of a request, in milliseconds, of the app itself. */
const CPU_MS = 2
const OBJECT_GB = 0.128
const MONTH_SECONDS = 30 * 86_400

export interface Bill {
  pushes: number
  rows: number
  gbSeconds: number
  aggregator: number
  requests: number
  share: number
  requestCount: number
}

/** A month of what was simulated. */
export const billOf = (tally: Tally, seconds: number): Bill => {
  const months = MONTH_SECONDS / seconds
  const pushes = tally.pushes * months
  const rows = tally.rows * months * (1 + CHECKPOINT_ROWS_PER_ROW)
  const gbSeconds = (tally.busyMs / 1000) * months * OBJECT_GB
  const aggregator =
    pushes * PRICES.objectRequest + rows * PRICES.rowWritten + gbSeconds * PRICES.gbSecond
  const requestCount = tally.requests * months
  const requests = requestCount * (PRICES.workerRequest + CPU_MS * PRICES.cpuMs)
  return {
    pushes,
    rows,
    gbSeconds,
    aggregator,
    requests,
    share: aggregator / requests,
    requestCount,
  }
}

const BASE: Omit<Scenario, 'requestsPerSecond' | 'isolates' | 'objects'> = {
  intervalMs: 10_000,
  evictAfterMs: 30_000,
  seconds: 600,
  seed: 1,
  groupMs: 1000,
  minOthers: 4,
}

/** Requests a second, isolates, objects. */
const ROWS: readonly [number, number, number][] = [
  [10, 5, 1],
  [100, 20, 2],
  [100, 5, 1],
  [1000, 50, 3],
  [1000, 200, 3],
  [10_000, 200, 3],
  [10_000, 1000, 5],
  [100_000, 2000, 7],
  [1_000_000, 10_000, 7],
]

/** What Workers Paid includes, and a month of it costs. */
const INCLUDED = { pushes: 1e6, rows: 50e6, gbSeconds: 400_000, requests: 10e6, cpuMs: 30e6 }
const PLAN = 5

/** What a bill says in the end, with what the plan includes. */
const payable = ({ pushes, rows, gbSeconds, requestCount }: Bill): [number, number] => {
  const over = (used: number, included: number) => Math.max(0, used - included)
  return [
    over(pushes, INCLUDED.pushes) * PRICES.objectRequest +
      over(rows, INCLUDED.rows) * PRICES.rowWritten +
      over(gbSeconds, INCLUDED.gbSeconds) * PRICES.gbSecond,
    PLAN +
      over(requestCount, INCLUDED.requests) * PRICES.workerRequest +
      over(requestCount * CPU_MS, INCLUDED.cpuMs) * PRICES.cpuMs,
  ]
}

const short = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(1)} M`
    : value >= 1e3
      ? `${(value / 1e3).toFixed(0)} k`
      : value.toFixed(0)

/** The table of docs/aggregator.md. */
export const table = (): string => {
  const lines = [
    '| requests a second | isolates | objects | pushes a month | rows a month | duration, GB-s | aggregator, $ | requests, $ | share | payable, $ | before, $ |',
    '|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
  ]
  for (const [requestsPerSecond, isolates, objects] of ROWS) {
    // Of the largest, a part is enough: isolates do not know of each other.
    const seconds = requestsPerSecond > 50_000 ? 40 : BASE.seconds
    const scenario = { ...BASE, seconds, requestsPerSecond, isolates, objects }
    const now = billOf(simulate(scenario), seconds)
    const before = billOf(
      simulate({ ...scenario, intervalMs: 1000, minOthers: Number.POSITIVE_INFINITY }),
      seconds,
    )
    lines.push(
      `| ${[
        requestsPerSecond.toLocaleString('en'),
        isolates.toLocaleString('en'),
        objects,
        short(now.pushes),
        short(now.rows),
        short(now.gbSeconds),
        now.aggregator.toFixed(2),
        now.requests.toFixed(0),
        `${(100 * now.share).toFixed(1)} %`,
        payable(now)
          .map((dollars) => dollars.toFixed(dollars < 100 ? 2 : 0))
          .join(' of '),
        before.aggregator.toFixed(2),
      ].join(' | ')} |`,
    )
  }
  return lines.join('\n')
}

if (process.argv[1] === import.meta.filename) {
  console.log(table())
}
