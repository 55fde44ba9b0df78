import type { SignalName } from '../../base/signal.ts'
import type { Exporter } from '../exporter.ts'

/** One export request, until the self-metrics have taken note of it. */
export interface ExportDuration {
  seconds: number
  /** Why it brought no acceptance. */
  failure: string | undefined
}

/** Something that delivers one signal, and keeps count. */
export interface SignalSource {
  readonly signal: SignalName
  /** Number of the destination; undefined for what is none of those configured. */
  readonly destination?: number | undefined
  readonly exporter: Pick<Exporter, 'attributes'>
  readonly counts: SignalCounts
  /** Records not yet acknowledged or dropped. */
  readonly pending: number
  /** Of these, the ones that no export was begun of, and the most there may be; undefined where nothing waits. */
  readonly queued?: number
  readonly capacity?: number
  /** No attempt before this time, in milliseconds since the epoch: backoff, or the receiver's Retry-After. */
  readonly notBeforeMs: number
}

/** Failures in a row from which on a receiver is taken to be away. */
const MAX_FAILURES = 3

/** Whether requests to the receiver are no more than probes, at growing pauses. */
export const isCircuitOpen = ({ consecutiveFailures }: SignalCounts): boolean =>
  consecutiveFailures >= MAX_FAILURES

/** Durations that are kept when nobody collects them. */
const MAX_DURATIONS = 64

/** What became of one signal's records: plain numbers, kept for the life of the isolate. */
export interface SignalCounts {
  /** Records handed to the pipeline. */
  recorded: number
  /** Records a receiver took. */
  exported: number
  /** Records given up, by reason. */
  dropped: Record<string, number>
  /** Records given to a store, for when the receiver is back. */
  spilled: number
  /** Records taken out of the store, by whomever they were put there: exported, or dropped. */
  restored: number
  /** Export requests that have ended. */
  requests: number
  /** Export requests that brought no acceptance. */
  failures: number
  /** Failures since the last acceptance. */
  consecutiveFailures: number
  /** When a receiver last took a batch, milliseconds since the epoch; 0 for never. */
  lastSuccessMs: number
  /** Of the latest export requests. */
  durations: ExportDuration[]
}

export const newCounts = (): SignalCounts => ({
  recorded: 0,
  exported: 0,
  spilled: 0,
  restored: 0,
  dropped: {},
  requests: 0,
  failures: 0,
  consecutiveFailures: 0,
  lastSuccessMs: 0,
  durations: [],
})

/**
 * Takes note of an export request that has ended.
 *
 * @param isThere Whether a failure says nothing against the receiver.
 */
export const noteExport = (
  counts: SignalCounts,
  startedMs: number,
  nowMs: number,
  failure: string | undefined,
  isThere = false,
): void => {
  counts.requests++
  if (counts.durations.length < MAX_DURATIONS) {
    counts.durations.push({ seconds: Math.max(0, nowMs - startedMs) / 1000, failure })
  }
  if (failure === undefined) {
    counts.consecutiveFailures = 0
    counts.lastSuccessMs = nowMs
  } else {
    counts.failures++
    counts.consecutiveFailures += isThere ? 0 : 1
  }
}
