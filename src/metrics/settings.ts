import { diag } from '@opentelemetry/api'
import type { ExemplarFilter } from './exemplars.ts'
import type { View } from './stream.ts'

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
}

/** What all streams of a provider share. */
export interface Settings extends Required<MeterProviderOptions> {
  /** Warns through `diag`, but only once of the same thing. */
  warn(metric: string, what: string, detail?: unknown): undefined
}

export const toSettings = (options: MeterProviderOptions): Settings => {
  const warned = new Set<string>()
  return {
    views: [],
    cardinalityLimit: 2000,
    exemplars: 'trace_based',
    callbackTimeoutMs: 5000,
    now: Date.now,
    ...options,
    warn(metric, what, ...detail) {
      const message = `Metric ${metric}: ${what}`
      // Names can be made up from data: that must not fill the memory.
      if (warned.size < 1000 && warned.size < warned.add(message).size) {
        try {
          diag.warn(message, ...detail)
        } catch {
          // The app's own logger, or what it was given to print.
        }
      }
      return undefined
    },
  }
}
