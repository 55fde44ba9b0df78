const MAX_LEAVE_MS = 2000

/** Exit codes as shells give them. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/**
 * Does something before the process is ended by a signal, such as Ctrl-C, for 2 seconds at most.
 *
 * @returns Ends that. It never resolves when the process is ending, so that nobody goes on meanwhile.
 */
export function beforeInterrupt(leave: () => Promise<unknown>): () => Promise<void> {
  let isLeaving = false
  const ends = Object.entries(CODES).map(([signal, code]) => {
    const end = (): void => {
      // Whoever asks twice does not want to wait.
      if (isLeaving) process.exit(code)
      isLeaving = true
      setTimeout(() => process.exit(code), MAX_LEAVE_MS)
      leave().then(
        () => process.exit(code),
        () => process.exit(code),
      )
    }
    process.on(signal, end)
    return () => process.off(signal, end)
  })
  return async () => {
    if (isLeaving) await new Promise<never>(() => undefined)
    for (const end of ends) end()
  }
}
