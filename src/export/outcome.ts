/** How a receiver answered. */
export type Answer =
  /** The receiver has it, all but `rejected` records. Never sent again. */
  | { kind: 'accepted'; rejected: number; message?: string }
  /** Worth another attempt, not sooner than `afterMs` if the receiver said so. `ambiguous`: this one may have arrived. */
  | { kind: 'retry'; reason: string; ambiguous: boolean; afterMs?: number }
  /**
   * Another attempt would end the same way; with `parts`, one in so many parts may not. `isUnsent`: nobody was asked.
   */
  | { kind: 'refused'; reason: string; parts?: number; isUnsent?: boolean }

/** How an attempt to export ended. */
export type Outcome =
  | Answer
  /** It is in a store: this isolate has done its part. `failure` is why, if a receiver was asked. */
  | { kind: 'spilled'; failure?: string }
