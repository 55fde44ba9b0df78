import { drain } from '../runtimes/drain.ts'
import { claimExit, exitWith } from '../runtimes/exit.ts'

/** Settings of {@link drainOnSignal}. */
export interface DrainOnSignalOptions {
  /** Time between the signal and the end, in milliseconds: what the load balancer needs to notice. Default 5000. */
  delayMs?: number
  /**
   * Called when the delay is over, for example to close the server. The process then ends when it
   * has nothing left to do. Without it, the process exits with code 143, as if SIGTERM had not been caught.
   */
  onDrained?: () => unknown
}

interface SignalProcess {
  on?(signal: string, listener: () => void): unknown
  off(signal: string, listener: () => void): unknown
  listenerCount(signal: string): number
  exit(code: number): never
}

const SIGNAL = 'SIGTERM'

/**
 * On SIGTERM (Deno, Bun, Node), calls `drain()` and lets the process go on answering for `delayMs`.
 * Other listeners of SIGTERM stay and run as before; while there is one, ending the process is left
 * to it. A second SIGTERM is not caught. Does nothing on Workers, which have no signals.
 */
export const drainOnSignal = ({ delayMs = 5000, onDrained }: DrainOnSignalOptions = {}): void => {
  const { process } = globalThis as unknown as { process: SignalProcess | undefined }
  const listener = (): void => {
    drain()
    claimExit()
    process?.off(SIGNAL, listener)
    setTimeout(() => {
      if (onDrained) {
        onDrained()
      } else if (!process?.listenerCount(SIGNAL)) {
        exitWith(() => process?.exit(143))
      }
    }, delayMs)
  }
  process?.on?.(SIGNAL, listener)
}
