import type { SignalDestination } from '../otlp/options.ts'
import type { Outcome } from '../otlp/outcome.ts'
import type { Payload } from '../otlp/payload.ts'
import { noteExport } from '../pipeline/counts.ts'
import type { Queue } from '../pipeline/pipeline.ts'
import type { SpillTarget } from '../pipeline/spill.ts'
import { type StoredBatch, timeOf } from './stored-batch.ts'

const JSON_TYPE = 'application/json'

/** Where the queue's batches go; only queues that have a destination are there. */
export const destinationOf = (
  { config, index }: SpillTarget,
  { signal }: Queue,
): SignalDestination => config.otlp[index]?.[signal] as SignalDestination

/** The destination for one batch, of which the receiver can tell that it has had it already. */
export const marked = (destination: SignalDestination, id: string): SignalDestination => ({
  ...destination,
  headers: { ...destination.headers, 'idempotency-key': id },
})

export const contentTypeOf = ({ protocol }: SignalDestination): string =>
  protocol?.contentType ?? JSON_TYPE

/**
 * Sends a batch out of a store, and counts what became of it. With `retry` it must stay in the store; otherwise it
 * is done with.
 */
export const restore = async (
  target: SpillTarget,
  queue: Queue,
  batch: StoredBatch,
  maxAgeMs: number,
  env: unknown,
): Promise<Outcome> => {
  const { counts, signal } = queue
  const startedMs = Date.now()
  const outcome: Outcome =
    startedMs - timeOf(batch.id) > maxAgeMs
      ? { kind: 'refused', reason: 'spill_expired' }
      : await target.deliver(
          signal,
          encodedAs(marked(destinationOf(target, queue), batch.id), batch.contentType),
          await readable(batch, destinationOf(target, queue)),
          env,
        )
  const isAccepted = outcome.kind === 'accepted'
  if (isAccepted || outcome.reason !== 'spill_expired') {
    noteExport(counts, startedMs, Date.now(), isAccepted ? undefined : outcome.reason)
  }
  if (outcome.kind !== 'retry') {
    const lost = isAccepted ? Math.min(outcome.rejected, batch.count) : batch.count
    counts.restored += batch.count
    counts.exported += batch.count - lost
    queue.drop(isAccepted ? 'rejected' : outcome.reason, lost)
  }
  return outcome
}

/** The configuration may have changed since the batch was encoded. */
const encodedAs = (destination: SignalDestination, contentType: string): SignalDestination =>
  contentTypeOf(destination) === contentType
    ? destination
    : {
        ...destination,
        protocol:
          contentType === JSON_TYPE
            ? undefined
            : ({ contentType, readPartialSuccess: () => undefined } as never),
      }

/** A store may compress; not every receiver takes that. */
const readable = async (
  { body, isGzipped = false }: StoredBatch,
  { compression }: SignalDestination,
): Promise<Payload> => {
  if (!isGzipped || compression === 'gzip') {
    return { body, isGzipped }
  }
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'))
  return { body: new Uint8Array(await new Response(stream).arrayBuffer()) }
}
