import { unrefTimer } from '../base/sleep.ts'
import { warnOnce } from '../base/warn.ts'
import { drain } from './drain.ts'
import { exitWith, finishBeforeExit, isExitClaimed } from './exit.ts'

interface Globals {
  process?: {
    on(event: string, listener: () => void): unknown
    prependListener(event: string, listener: () => void): unknown
    off(event: string, listener: () => void): unknown
    listenerCount(event: string): number
    exit(code?: number): void
  }
  Deno?: { addSignalListener?: unknown }
  addEventListener?(type: string, listener: (event: Event) => void): void
}

/** What a process that ends has to see to. */
export interface ProcessEnd {
  /** Grows with whatever is recorded. */
  activity(): number
  /** Sends what there is, for so long at most. Returns whether receivers took it. Never rejects. */
  flush(timeoutMs: number): Promise<boolean>
  /** Has records leave as soon as their request ends. */
  hurry(): void
  /** Waits for the requests that have begun, and sends what they recorded. Never rejects. */
  finish(): Promise<void>
  /** Longest time for all of that, in milliseconds. */
  readonly timeoutMs: number
  /** What waits for receivers, and how they have been. */
  queues(): readonly Queue[]
}

interface Queue {
  readonly signal: string
  readonly pending: number
  readonly counts: { readonly consecutiveFailures: number; readonly lastSuccessMs: number }
}

/** For receivers that have let their time pass and never answered, once nothing but telemetry is left. */
const HOPELESS_MS = 1000

const isHopeless = (queues: readonly Queue[]): boolean =>
  queues.some(({ counts }) => counts.consecutiveFailures > 0) &&
  queues.every(({ counts }) => counts.lastSuccessMs === 0)

const tellLost = (queues: readonly Queue[]): void => {
  const lost = queues.filter(({ pending }) => pending > 0)
  if (lost.length > 0) {
    const counts = lost.map(({ signal, pending }) => `${signal} ${pending}`)
    warnOnce(`lost with this process, which has not sent them: ${counts.join(', ')}.`)
  }
}

let isInstalled = false

/**
 * Sends what is left when the process ends: on SIGTERM and SIGINT, and when it has nothing more to do. Does
 * nothing where there is no process, nor the second time.
 *
 * A signal that the app listens to itself is the app's: records then leave as soon as their request ends, and
 * the app ends the process. Otherwise the readiness routes say no from then on, and the process ends when requests
 * have, with the code of that signal.
 */
export const installExitHooks = ({
  activity,
  flush,
  hurry,
  finish,
  timeoutMs,
  queues,
}: ProcessEnd): void => {
  const globals = globalThis as unknown as Globals
  const { process } = globals
  if (isInstalled || typeof process?.prependListener !== 'function') {
    return
  }
  isInstalled = true
  finishBeforeExit(finish)
  let sent = 0
  let endingMs = 0
  const sendRest = (): boolean => {
    const now = activity()
    const isNew = now !== sent
    sent = now
    if (isNew) {
      void sendInTime()
    }
    return isNew
  }
  /** The natural end: there is nothing left but us, and a receiver that never answers would keep the process. */
  const sendInTime = async (): Promise<void> => {
    endingMs ||= Date.now() + (isHopeless(queues()) ? HOPELESS_MS : timeoutMs)
    if (await flush(Math.max(0, endingMs - Date.now()))) {
      endingMs = 0
    } else if (Date.now() >= endingMs) {
      process.exit()
    }
  }
  process.on('beforeExit', sendRest)
  process.on('exit', () => tellLost(queues()))
  // Deno tells it before its `beforeExit`, and only by this does it wait.
  globals.addEventListener?.('beforeunload', (event) => {
    if (sendRest()) {
      event.preventDefault()
    }
  })
  // Deno's own listeners are not among those of `process`: whoever may be there gets the whole time.
  const isBlind = globals.Deno?.addSignalListener !== undefined
  const listen = (signal: string, code: number): void => {
    const listener = (): void => {
      const receivedMs = Date.now()
      // A second signal ends the process at once, as if we were not here.
      process.off(signal, listener)
      hurry()
      if (isExitClaimed() || process.listenerCount(signal) > 0) {
        return
      }
      drain()
      const exit = (): void => process.exit(code)
      exitWith(() => {
        if (isBlind) {
          unrefTimer(setTimeout(exit, Math.max(0, receivedMs + timeoutMs - Date.now())))
        } else {
          exit()
        }
      })
    }
    // First, to see the listeners that leave when they are called.
    process.prependListener(signal, listener)
  }
  if (!isExitClaimed()) {
    listen('SIGTERM', 143)
    if (!isBlind) {
      listen('SIGINT', 130)
    }
  }
}
