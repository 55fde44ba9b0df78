import type { Meter } from '@opentelemetry/api'
import { builtin } from './builtin.ts'

interface V8 {
  getHeapSpaceStatistics?(): {
    space_name: string
    space_used_size: number
    space_size: number
  }[]
  getHeapStatistics?(): { heap_size_limit: number }
}

/** What the heap holds, by its spaces, and how far it may grow. Bun has another engine, whose heap has no limit. */
export const measureHeap = (meter: Meter): void => {
  const v8 = builtin<V8>('v8')
  if ('Bun' in globalThis || !v8?.getHeapSpaceStatistics || !v8.getHeapStatistics) {
    return
  }
  const used = meter.createObservableUpDownCounter('v8js.memory.heap.used', {
    unit: 'By',
    description: 'Heap Memory size allocated.',
  })
  const size = meter.createObservableUpDownCounter('v8js.memory.heap.limit', {
    unit: 'By',
    description: 'Total heap memory size pre-allocated.',
  })
  // The conventions call that a limit which is what is reserved now: this is the real one.
  const limit = meter.createObservableUpDownCounter('hono.process.heap.limit', {
    unit: 'By',
    description: 'The size at which the heap is full, and the process ends.',
  })
  const seen = new Set<string>()
  meter.addBatchObservableCallback(
    (result) => {
      for (const space of v8.getHeapSpaceStatistics?.() ?? []) {
        const attributes = { 'v8js.heap.space.name': space.space_name }
        // Most spaces are always empty: they are not worth a series. Of one that has become so, the last size would stand.
        if (space.space_size > 0 || seen.has(space.space_name)) {
          seen.add(space.space_name)
          result.observe(used, space.space_used_size, attributes)
          result.observe(size, space.space_size, attributes)
        }
      }
      result.observe(limit, v8.getHeapStatistics?.().heap_size_limit ?? 0)
    },
    [used, size, limit],
  )
}
