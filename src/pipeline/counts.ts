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
}

export const newCounts = (): SignalCounts => ({
  recorded: 0,
  exported: 0,
  dropped: {},
  requests: 0,
  failures: 0,
  consecutiveFailures: 0,
  lastSuccessMs: 0,
})
