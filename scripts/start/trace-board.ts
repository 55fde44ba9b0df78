import { type ReceivedSpan, requestOf } from './span.ts'
import { collectTraces } from './trace-collector.ts'
import { missingTraces } from './traffic.ts'
import { renderWaterfall } from './waterfall.ts'

export interface TraceBoard {
  add: (spans: readonly ReceivedSpan[]) => void
  /** Waits until a trace of every request has been printed, and returns those still missing. */
  missing: (requests: readonly string[], timeoutMs: number) => Promise<string[]>
  close: () => void
}

export interface BoardOutput {
  write: (text: string) => void
  /** Cells; read again for each trace, because windows change their size. */
  width: () => number
  colour: boolean
}

// Someone who leaves this running for a day must not run out of memory.
const MAX_SEEN = 1000

/** Prints each trace as it completes and remembers whose requests it has seen. */
export function startTraceBoard({ write, width, colour }: BoardOutput): TraceBoard {
  const seen: string[] = []
  const changed = new EventTarget()
  const collector = collectTraces({
    onTrace: (spans) => {
      write(`\n${renderWaterfall(spans, { width: width(), colour })}\n`)
      seen.push(...spans.flatMap((span) => requestOf(span) ?? []))
      seen.splice(0, seen.length - MAX_SEEN)
      changed.dispatchEvent(new Event('trace'))
    },
  })
  return {
    add: collector.add,
    close: collector.close,
    missing: (requests, timeoutMs) =>
      new Promise((resolve) => {
        const finish = (): void => {
          clearTimeout(timer)
          changed.removeEventListener('trace', check)
          resolve(missingTraces(requests, seen))
        }
        const check = (): void => {
          if (missingTraces(requests, seen).length === 0) finish()
        }
        const timer = setTimeout(finish, timeoutMs)
        changed.addEventListener('trace', check)
        check()
      }),
  }
}
