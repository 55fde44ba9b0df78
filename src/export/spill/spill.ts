import { warnOnce } from '../../base/warn.ts'
import type { Outcome } from '../otlp/outcome.ts'
import { backoffMs } from '../pipeline/backoff.ts'
import type { Batch } from '../pipeline/batch.ts'
import { isCircuitOpen } from '../pipeline/counts.ts'
import type { Queue } from '../pipeline/pipeline.ts'
import type { Spill, Spilled, SpillTarget } from '../pipeline/spill.ts'
import { Drain } from './drain.ts'
import type { SpillOptions } from './options.ts'
import { contentTypeOf, destinationOf, marked } from './restore.ts'
import { scopeOf } from './scope.ts'
import { sign } from './signature.ts'
import type { ListedStore, Store } from './store.ts'
import { newId } from './stored-batch.ts'

/** One signal's way to its receiver, or into the store. */
interface Route {
  readonly queue: Queue
  readonly scope: string
  /** Until then, batches go to the store without an attempt. */
  probeAtMs: number
  /** Batches stored since the receiver was last there. */
  stored: number
  readonly drain: Drain | undefined
}

const isListed = (store: Store): store is ListedStore => 'list' in store

/**
 * Sends as usual while the receiver answers. Once it is taken to be away, what there is goes to the store at once, so
 * that an isolate's end loses nothing, and now and then one batch probes the receiver first.
 *
 * Not for metrics: until they are sent they are summed up in their instruments, and a delta that was stored may
 * arrive twice.
 */
export const createSpill = (
  store: Store,
  settings: Required<SpillOptions>,
  onOpen: (target: SpillTarget) => void = () => {},
): Spill => ({
  open(target) {
    onOpen(target)
    const routes = target.queues.flatMap((queue): Route[] =>
      queue.signal === 'metrics'
        ? []
        : [
            {
              queue,
              scope: scopeOf(target, queue),
              probeAtMs: 0,
              stored: 0,
              drain: isListed(store)
                ? new Drain(store, target, queue, scopeOf(target, queue), settings)
                : undefined,
            },
          ],
    )
    const ids = new WeakMap<Batch, string>()
    const idOf = (batch: Batch): string => {
      const id = ids.get(batch) ?? newId(Date.now())
      ids.set(batch, id)
      return id
    }

    /** Undefined when it did not work: then it is as without a store. */
    const put = async (
      route: Route,
      batch: Batch,
      env: unknown,
      failure?: string,
    ): Promise<Spilled | undefined> => {
      if (route.stored >= settings.maxBatches) {
        return undefined
      }
      try {
        const { body, isGzipped = false, count } = batch
        const contentType = contentTypeOf(destinationOf(target, route.queue))
        const stored = { id: idOf(batch), body, isGzipped, count, contentType }
        const packed = store.pack ? await store.pack(stored) : stored
        await store.put(env, route.scope, await sign(target, route.queue, packed))
        route.stored++
        route.drain?.stored()
        return { kind: 'spilled', ...(failure !== undefined && { failure }) }
      } catch (error) {
        const { name } = error as Error
        warnOnce(`${route.queue.signal} not spilled: ${error}`, `spill ${route.scope} ${name}`)
        return undefined
      }
    }

    const send = async (route: Route, batch: Batch, env: unknown): Promise<Outcome | Spilled> => {
      const { queue } = route
      const { counts, signal } = queue
      const waitMs = route.probeAtMs - Date.now()
      if (isCircuitOpen(counts) && waitMs > 0) {
        return (
          (await put(route, batch, env)) ?? {
            kind: 'retry',
            reason: 'spill_failed',
            ambiguous: false,
            afterMs: waitMs,
          }
        )
      }
      const destination = marked(destinationOf(target, queue), idOf(batch))
      const outcome = await target.deliver(signal, destination, batch, env)
      if (outcome.kind === 'accepted') {
        route.stored = 0
      }
      const consecutiveFailures = counts.consecutiveFailures + 1
      if (outcome.kind !== 'retry' || !isCircuitOpen({ ...counts, consecutiveFailures })) {
        return outcome
      }
      route.probeAtMs = Date.now() + (outcome.afterMs ?? backoffMs(consecutiveFailures))
      return (await put(route, batch, env, outcome.reason)) ?? outcome
    }

    return {
      destination: target.queues[0]?.destination,
      get dueMs() {
        return routes
          .flatMap(({ drain }) => drain?.dueMs ?? [])
          .reduce<number | undefined>((first, ms) => Math.min(first ?? ms, ms), undefined)
      },
      async collect(env) {
        for (const { drain } of routes) {
          await drain?.run(env)
        }
      },
      send(queue, batch, env) {
        const route = routes.find((each) => each.queue === queue)
        return route
          ? send(route, batch, env)
          : target.deliver(queue.signal, destinationOf(target, queue), batch, env)
      },
    }
  },
})
