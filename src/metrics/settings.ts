import { describeThrown, toText } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import type { ExemplarFilter } from './exemplars.ts'
import type { View } from './stream-config.ts'

export interface MeterProviderOptions {
  /** Change what is reported of which instruments: results of `view`. Default none. */
  views?: readonly View[]
  /** Most series per metric that have attributes of their own, from 1; further ones share one. Default 2000. */
  cardinalityLimit?: number
  /** Which measurements may become exemplars. Default `trace_based`. */
  exemplars?: ExemplarFilter
  /** Longest time a collection waits for asynchronous callbacks, in milliseconds. Default 5000. */
  callbackTimeoutMs?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number
  /** Where warnings go, by what makes them the same one. Default: the console. */
  say?: (message: string, key?: string) => void
  /** Is told of each measurement made with an instrument beyond the limit, by the instrument's name. */
  ignored?: (metric: string) => void
  /** Called once, before the first collection: makes instruments that nothing is recorded with until then. */
  prepare?: () => void
  /** Is told of each measurement but those of the export itself. */
  recorded?: () => void
}

/** What all streams of a provider share. */
export interface Settings extends Required<Omit<MeterProviderOptions, 'say'>> {
  /** When the provider was made: what counts the export counts since then. */
  readonly madeMs: number
  /** Warns, but only once of what has the same key; default the message itself. */
  say(message: string, key?: string): void
  /** The same of one metric, whatever the detail. */
  warn(metric: string, what: string, detail?: unknown): undefined
}

/** Warnings of one provider: names can be made up from data, and others have something to say too. */
const MAX_WARNINGS = 40

export const toSettings = (options: MeterProviderOptions): Settings => {
  const warned = new Set<string>()
  const { say: out = warnOnce, ...given } = options
  const say: Settings['say'] = (message, key = message) => {
    if (warned.size < MAX_WARNINGS && warned.size < warned.add(key).size) {
      out(message, key)
    }
  }
  const { now = Date.now } = given
  return {
    madeMs: now(),
    views: [],
    cardinalityLimit: 2000,
    exemplars: 'trace_based',
    callbackTimeoutMs: 5000,
    now,
    ignored() {},
    prepare() {},
    recorded() {},
    ...given,
    say,
    warn(metric, what, ...details) {
      const message = `Metric ${metric}: ${what}`
      say([message, ...details.map(describe)].join(' '), message)
      return undefined
    },
  }
}

const describe = (detail: unknown): string =>
  typeof detail === 'object' && detail ? describeThrown(detail) : toText(detail)
