import type { SignalName } from '../../base/signal.ts'
import type { Config } from '../../telemetry/config/config.ts'
import type { SignalDestination } from '../otlp/options.ts'
import type { Outcome } from '../otlp/outcome.ts'
import type { Payload } from '../otlp/payload.ts'
import type { Collector } from './collector.ts'
import type { Queue, SendBatch } from './pipeline.ts'

/** The batch is in a store: this isolate has done its part. `failure` is why, if a request was made. */
export interface Spilled {
  kind: 'spilled'
  failure?: string
}

/** Makes one export request. Never rejects. */
export type Deliver = (
  signal: SignalName,
  destination: SignalDestination,
  payload: Payload,
  env: unknown,
) => Promise<Outcome>

/** One destination, as a store for its batches sees it. */
export interface SpillTarget {
  readonly config: Config
  /** Number of the destination. */
  readonly index: number
  readonly queues: readonly Queue[]
  readonly deliver: Deliver
}

/** Stands between a destination's queues and its receiver. */
export interface SpillLink extends Collector {
  /** Sends a batch, or stores it. */
  readonly send: SendBatch
}

/**
 * A store that batches outlive the isolate in. `spillToR2` and others of `hono-observability/spill` make one; its
 * methods are for this package and may change in any version.
 */
export interface Spill {
  /** Called once for each destination in an isolate. */
  open(target: SpillTarget): SpillLink
}

/** Whether a message has the form of those of `spillToQueue`, which JSON cannot have; its signature says more. */
export const isSpilled = ({ body }: { readonly body: unknown }): boolean => {
  const { otlp, body: content, mac } = (body ?? {}) as Record<string, unknown>
  return otlp === 'spilled' && content instanceof Uint8Array && typeof mac === 'string'
}
