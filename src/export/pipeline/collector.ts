/** Something that gathers its records only when they are sent: metrics, summed up until then. */
export interface Collector {
  /** Number of the destination it gathers for. Default: the first. */
  readonly destination?: number | undefined
  /** The earliest time for it, in milliseconds since the epoch; undefined when there is nothing to collect. */
  readonly dueMs: number | undefined
  /**
   * The same for a leader that leaves: what is only held for company goes with it. Default `dueMs`.
   */
  readonly leaveMs?: number | undefined
  /** Whether its receiver is not worth waiting for. Default false. */
  readonly isAway?: boolean
  /**
   * Hands what there is to a queue, or sends it by itself. Must use only what belongs to the current request,
   * whose bindings `env` are. Never rejects.
   */
  collect(env: unknown): Promise<void>
}
