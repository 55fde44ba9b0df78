import type { OtlpExporter } from '../otlp/exporter.ts'
import type { SignalQueue, Spilling } from './signal-queue.ts'

/** One signal's way to one destination, as a store for its batches sees it. */
export interface SpillRoute {
  readonly queue: Pick<SignalQueue<never>, 'signal' | 'destination' | 'counts' | 'drop'>
  /** The receiver. */
  readonly exporter: OtlpExporter
  /** Tells it from others in the same store. Any isolate of the service comes to the same. */
  readonly scope: string
  /** The first signs what is stored, all are accepted. None is empty. */
  readonly secrets: readonly string[]
  /** Whether the receiver takes compressed bodies. */
  readonly takesGzip: boolean
}

/**
 * A store that batches outlive the isolate in. `spillToR2` and others of `hono-observability/spill` make one; its
 * methods are for this package and may change in any version.
 */
export interface Spill {
  /** Called once for each queue in an isolate, when it is made: steps between it and its exporter. */
  open(route: SpillRoute): Spilling
}

/** Whether a message has the form of those of `spillToQueue`, which JSON cannot have; its signature says more. */
export const isSpilled = ({ body }: { readonly body: unknown }): boolean => {
  const { otlp, body: content, mac } = (body ?? {}) as Record<string, unknown>
  return otlp === 'spilled' && content instanceof Uint8Array && typeof mac === 'string'
}
