export interface Shutdown {
  /** Aborted when the end begins. */
  signal: AbortSignal
  /** Has `close` called at the end, the last added first. */
  onEnd: (close: () => void | Promise<void>) => void
  /** Closes everything and exits. A second call changes nothing. */
  end: (exitCode: number) => Promise<void>
}

const PARENT_CHECK_MS = 500

/** Ends the process in order: on SIGINT, SIGTERM and SIGHUP with exit code 0. */
export function prepareShutdown(): Shutdown {
  const controller = new AbortController()
  const closers: (() => void | Promise<void>)[] = []

  const end = async (exitCode: number): Promise<void> => {
    if (controller.signal.aborted) return
    controller.abort()
    for (const close of closers.toReversed()) await close()
    process.exit(exitCode)
  }

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // Whoever asks twice does not want to wait; the Worker's process ends when we are gone.
      if (controller.signal.aborted) process.exit(1)
      end(0)
    })
  }
  // npm passes a signal to its shell only, which dies without telling us.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) end(0)
    }, PARENT_CHECK_MS).unref()
  }
  // The reader of a pipe went away, as with `npm start | head`.
  process.stdout.on('error', () => end(0))

  return { signal: controller.signal, onEnd: (close) => closers.push(close), end }
}
