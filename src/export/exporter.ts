import type { Attributes } from '@opentelemetry/api'
import type { Outcome } from './outcome.ts'

/** Records as they are kept until they have been taken: their encoding, as a rule. */
export interface Sealed {
  /** What it takes of the queue's cap on bytes. */
  readonly bytes: number
}

/**
 * Takes the records of one signal to a receiver: the named end of every pipeline. When that is tried, how often, and what
 * becomes of what is not taken, is the queue's business.
 */
export interface Exporter<T = never, S extends Sealed = Sealed> {
  /** Where it leads, as `exporterState()` shows it: host and port, or what else there is to say without secrets. */
  readonly receiver: string
  /** What tells it from others in self-metrics, by the conventions for `otel.sdk.exporter`. */
  readonly attributes: Attributes
  /** Time limit of one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** Estimated bytes of records to take for one attempt, where that is less than 2 MiB. */
  readonly maxBatchBytes?: number
  /**
   * Makes of records what is kept until they have been taken. Once for all attempts, unless one ends with `parts`; where
   * it throws, they are dropped.
   *
   * @param resource Attributes of who emits. The same object each time.
   */
  seal(records: readonly T[], resource: Attributes): S
  /**
   * One attempt. Never rejects.
   *
   * @param env The bindings of the request that makes it.
   */
  export(sealed: S, env: unknown): Promise<Outcome>
}

/** One for each signal that is to leave this way. */
export interface Exporters<Spans = never, Metrics = never, Logs = never> {
  readonly traces?: Exporter<Spans>
  readonly metrics?: Exporter<Metrics>
  readonly logs?: Exporter<Logs>
}
