import type { Spill, SpillRoute } from '../pipeline/spill.ts'
import { Drain } from './drain.ts'
import type { SpillOptions } from './options.ts'
import { createSpillingExporter } from './spilling-exporter.ts'
import type { ListedStore, Store } from './store.ts'

const isListed = (store: Store): store is ListedStore => 'list' in store

/**
 * A store between queues and their receivers.
 *
 * Not for metrics: until they are sent they are summed up in their instruments, and a delta that was stored may
 * arrive twice.
 *
 * @param onOpen Is told of each destination's routes.
 */
export const createSpill = (
  store: Store,
  settings: Required<SpillOptions>,
  onOpen: (routes: readonly SpillRoute[]) => void = () => {},
): Spill => ({
  open(all) {
    const routes = all.filter(({ queue }) => queue.signal !== 'metrics')
    onOpen(routes)
    const drains = routes.flatMap((route) => {
      const drain = isListed(store) ? new Drain(store, route, settings) : undefined
      route.queue.exporter = createSpillingExporter(route, store, settings.maxBatches, () =>
        drain?.stored(),
      )
      return drain ?? []
    })
    return {
      destination: all[0]?.queue.destination,
      get dueMs() {
        return drains
          .flatMap(({ dueMs }) => dueMs ?? [])
          .reduce<number | undefined>((first, ms) => Math.min(first ?? ms, ms), undefined)
      },
      async collect(env) {
        for (const drain of drains) {
          await drain.run(env)
        }
      },
    }
  },
})
