/** What is asked of a pipeline that nobody is about to empty. */
export interface Unled {
  /** Begins to send. Returns what the invocation must wait for; undefined when there is nothing to wait for. */
  lead(): Promise<void> | undefined
  /** Sends on a timer. */
  arm(): void
}

/** Whether whoever records right now sends it right after. */
let isClosing = false

/** Whose business it is that something was recorded which nobody is about to send. */
let leadLate: ((pipeline: Unled) => void) | undefined

/** Runs what an invocation records at its end, or at its begin: the end leads. */
export const closingOf = <T>(call: () => T): T => {
  const was = isClosing
  isClosing = true
  try {
    return call()
  } finally {
    isClosing = was
  }
}

export const whenUnled = (lead: (pipeline: Unled) => void): void => {
  leadLate = lead
}

/** Who is to be told of what was recorded now; undefined when that is taken care of. */
export const unledListener = (): ((pipeline: Unled) => void) | undefined =>
  isClosing ? undefined : leadLate
