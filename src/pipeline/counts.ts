import type { SignalName } from '../config/config.ts'

/** One export request, until the self-metrics have taken note of it. */
export interface ExportDuration {
  seconds: number
  /** Why it brought no acceptance. */
  failure: string | undefined
}

/** Something that delivers one signal, and keeps count. */
export interface SignalSource {
  readonly signal: SignalName
  readonly counts: SignalCounts
  /** Records not yet acknowledged or dropped. */
  readonly pending: number
}

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
  /** Export requests made. */
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
  dropped: {},
  requests: 0,
  failures: 0,
  consecutiveFailures: 0,
  lastSuccessMs: 0,
  durations: [],
})

/** Takes note of an export request that has ended. */
export const noteExport = (
  counts: SignalCounts,
  startedMs: number,
  nowMs: number,
  failure: string | undefined,
): void => {
  if (counts.durations.length < MAX_DURATIONS) {
    counts.durations.push({ seconds: Math.max(0, nowMs - startedMs) / 1000, failure })
  }
  if (failure === undefined) {
    counts.consecutiveFailures = 0
    counts.lastSuccessMs = nowMs
  } else {
    counts.failures++
    counts.consecutiveFailures++
  }
}
