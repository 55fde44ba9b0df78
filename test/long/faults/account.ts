import { pathOf, writesRecord } from './requests.ts'
import type { Outcome } from './run.ts'
import type { Share } from './scenario.ts'

/** What became of one signal's records, by the receiver's account. */
export interface Account {
  /** Of what was recorded while the receiver failed. */
  delivered: Share
  /** Of all. */
  missing: number
  /** How many the receiver has more than once. */
  repeated: number
  /** What it has that was never recorded. */
  unknown: string[]
}

/** Spans, one for each request, or log records, one for each that writes one. */
export function accountOf(outcome: Outcome, signal: 'spans' | 'logs'): Account {
  const { from, to, made, ledger } = outcome
  const isOwn = signal === 'spans' ? () => true : writesRecord
  const paths = (first: number, end: number): string[] =>
    Array.from({ length: end - first }, (_, i) => pathOf(first + i)).filter(isOwn)
  const all = new Set(paths(0, made))
  const got = new Set(ledger[signal])
  const failing = paths(from, to)
  const arrived = failing.filter((path) => got.has(path)).length
  return {
    delivered: arrived === failing.length ? 'all' : arrived ? 'some' : 'none',
    missing: [...all].filter((path) => !got.has(path)).length,
    repeated: ledger[signal].length - got.size,
    unknown: [...got].filter((path) => !all.has(path)),
  }
}

/** Requests that no metrics have counted which the receiver has kept. */
export function uncounted({ made, ledger }: Outcome): number {
  return made - ledger.counted
}

export function sumOf(dropped: Readonly<Record<string, number>> = {}): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0)
}
