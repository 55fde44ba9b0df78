import { warnOnce } from '../../base/warn.ts'
import type { Exporter } from '../exporter.ts'
import type { OtlpExporter } from '../otlp/exporter.ts'
import type { SealedPayload } from '../otlp/payload.ts'
import type { Outcome } from '../outcome.ts'
import { backoffMs } from '../pipeline/backoff.ts'
import { isCircuitOpen } from '../pipeline/counts.ts'
import type { SpillRoute } from '../pipeline/spill.ts'
import { sign } from './signature.ts'
import type { BatchStore } from './store.ts'
import { isOfOurSize, newId } from './stored-batch.ts'

/**
 * Sends as usual while the receiver answers. Once it is taken to be away, what there is goes to the store at once, so
 * that an isolate's end loses nothing, and now and then one batch probes the receiver first.
 *
 * @param onStored Called when a batch is in the store.
 */
export const createSpillingExporter = (
  route: SpillRoute,
  store: BatchStore,
  maxBatches: number,
  onStored: () => void,
): Exporter<never, SealedPayload> => {
  const { queue, scope, exporter } = route
  const { counts, signal } = queue
  /** Until then, batches go to the store without an attempt. */
  let probeAtMs = 0
  /** Batches stored since the receiver was last there. */
  let storedCount = 0

  /** Undefined when it did not work: then it is as without a store. */
  const put = async (
    payload: SealedPayload,
    env: unknown,
    failure?: string,
  ): Promise<Outcome | undefined> => {
    // What is larger would not be taken for ours when it is read.
    if (storedCount >= maxBatches || !isOfOurSize(payload.bytes)) {
      return undefined
    }
    try {
      const { body, isGzipped = false, count, contentType, idempotencyKey = '' } = payload
      const batch = { id: idempotencyKey, body, isGzipped, count, contentType }
      const packed = store.pack ? await store.pack(batch) : batch
      await store.put(env, scope, await sign(route, packed))
      storedCount++
      onStored()
      return { kind: 'spilled', ...(failure !== undefined && { failure }) }
    } catch (error) {
      const { name } = error as Error
      warnOnce(`${signal} not spilled: ${error}`, `spill ${scope} ${name}`)
      return undefined
    }
  }

  return {
    ...(exporter as OtlpExporter),
    get maxBatchBytes() {
      return (exporter as OtlpExporter).maxBatchBytes as number
    },
    async export(payload, env) {
      // The same for all attempts, from whatever isolate: a receiver can tell that it has had it.
      payload.idempotencyKey ??= newId(Date.now())
      const waitMs = probeAtMs - Date.now()
      if (isCircuitOpen(counts) && waitMs > 0) {
        return (
          (await put(payload, env)) ?? {
            kind: 'retry',
            reason: 'spill_failed',
            ambiguous: false,
            afterMs: waitMs,
          }
        )
      }
      const answer = await exporter.export(payload, env)
      if (answer.kind === 'accepted') {
        storedCount = 0
      }
      const consecutiveFailures = counts.consecutiveFailures + 1
      if (answer.kind !== 'retry' || !isCircuitOpen({ ...counts, consecutiveFailures })) {
        return answer
      }
      probeAtMs = Date.now() + (answer.afterMs ?? backoffMs(consecutiveFailures))
      return (await put(payload, env, answer.reason)) ?? answer
    },
  }
}
