import type { Spill, SpillRoute } from '../pipeline/spill.ts'
import { Drain } from './drain.ts'
import type { SpillOptions } from './options.ts'
import { createSpillingExporter } from './spilling-exporter.ts'
import type { BatchStore, ListedStore } from './store.ts'

const isListed = (store: BatchStore): store is ListedStore => 'list' in store

/**
 * A store between queues and their receivers.
 *
 * @param onOpen Is told of each route.
 */
export const createSpill = (
  store: BatchStore,
  settings: Required<SpillOptions>,
  onOpen: (route: SpillRoute) => void = () => {},
): Spill => ({
  open(route) {
    onOpen(route)
    const drain = isListed(store) ? new Drain(store, route, settings) : undefined
    const onStored = (): void => drain?.stored()
    return { drain, exporter: createSpillingExporter(route, store, settings.maxBatches, onStored) }
  },
})
