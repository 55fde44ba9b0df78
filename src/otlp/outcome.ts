/** How an export request ended. */
export type Outcome =
  /** The receiver has it, all but `rejected` records. Never sent again. */
  | { kind: 'accepted'; rejected: number; message?: string }
  /** Worth another attempt, not sooner than `afterMs` if the receiver said so. */
  | { kind: 'retry'; reason: string; afterMs?: number }
  /** Another attempt would end the same way. */
  | { kind: 'refused'; reason: string }
