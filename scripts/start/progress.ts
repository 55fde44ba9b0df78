import { formatDuration } from './duration.ts'

export interface Progress {
  /** Says what is being done; the line stays open until `end`. */
  begin: (label: string) => void
  /** Closes the line with the time it took. */
  end: () => void
  /** Closes the line, if one is open, so that a message starts on its own. */
  interrupt: () => void
}

/** Tells the user, step by step, what takes long. */
export function showProgress(write: (text: string) => void, nowMs: () => number): Progress {
  let startMs: number | undefined
  return {
    begin: (label) => {
      startMs = nowMs()
      write(`${label} … `)
    },
    end: () => {
      if (startMs !== undefined) write(`${formatDuration(nowMs() - startMs)}\n`)
      startMs = undefined
    },
    interrupt: () => {
      if (startMs !== undefined) write('\n')
      startMs = undefined
    },
  }
}
