import type { Answer } from '../outcome.ts'
import { noteExport } from '../pipeline/counts.ts'
import type { SpillRoute } from '../pipeline/spill.ts'
import { type StoredBatch, timeOf } from './stored-batch.ts'

/**
 * Sends a batch out of a store, and counts what became of it. With `retry` it must stay in the store; otherwise it
 * is done with.
 */
export const restore = async (
  route: SpillRoute,
  batch: StoredBatch,
  maxAgeMs: number,
  env: unknown,
): Promise<Answer> => {
  const { queue, exporter, takesGzip } = route
  const { counts } = queue
  const startedMs = Date.now()
  const answer: Answer =
    startedMs - timeOf(batch.id) > maxAgeMs
      ? { kind: 'refused', reason: 'spill_expired' }
      : await exporter.export(
          { ...(await readable(batch, takesGzip)), idempotencyKey: batch.id, bytes: 0, count: 1 },
          env,
        )
  const isAccepted = answer.kind === 'accepted'
  if (isAccepted || answer.reason !== 'spill_expired') {
    noteExport(counts, startedMs, Date.now(), isAccepted ? undefined : answer.reason)
  }
  if (answer.kind !== 'retry') {
    const lost = isAccepted ? Math.min(answer.rejected, batch.count) : batch.count
    counts.restored += batch.count
    counts.exported += batch.count - lost
    queue.drop(isAccepted ? 'rejected' : answer.reason, lost)
  }
  return answer
}

/** A store may compress; not every receiver takes that. */
const readable = async (batch: StoredBatch, takesGzip: boolean): Promise<StoredBatch> => {
  if (!batch.isGzipped || takesGzip) {
    return batch
  }
  const stream = new Blob([batch.body]).stream().pipeThrough(new DecompressionStream('gzip'))
  const body = new Uint8Array(await new Response(stream).arrayBuffer())
  return { ...batch, body, isGzipped: false }
}
