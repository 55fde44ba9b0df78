import { afterAll, beforeAll, expect, it } from 'vitest'
import { sumOf } from './faults/account.ts'
import { expectAsPromised } from './faults/expectations.ts'
import type { Isolate } from './faults/isolate.ts'
import { pathOf, writesRecord } from './faults/requests.ts'
import { run, startBaseline } from './faults/run.ts'
import { MINUTE } from './faults/scenarios.ts'
import { documentRow, rowOf } from './faults/table.ts'
import { soak } from './soak/soak.ts'

const MAX_HEAP_GROWTH_BYTES = 500_000
const MAX_RESIDENT_GROWTH_BYTES = 24_000_000
const TIMEOUT_MS = 400_000

let baseline: Isolate

beforeAll(async () => {
  baseline = await startBaseline()
})

afterAll(async () => {
  await baseline?.stop()
})

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number

// Both at once: one takes the processor, and the other mostly time.
it.concurrent(
  '200,000 requests, 30,000 of them while the receiver is away, leave memory flat and counts exact',
  async () => {
    const { made, resident, heapBefore, heapAfter, spans, logs, counted, state, seconds } =
      await soak()
    const quarter = resident.length / 4
    const second = median(resident.slice(quarter, 2 * quarter))
    const last = median(resident.slice(3 * quarter))
    console.log(
      `soak: ${seconds.toFixed(0)} s, heap ${heapBefore} → ${heapAfter} bytes, resident ${(second / 1e6).toFixed(1)} → ${(last / 1e6).toFixed(1)} MB`,
    )
    expect(last - second).toBeLessThan(MAX_RESIDENT_GROWTH_BYTES)
    expect(heapAfter - heapBefore).toBeLessThan(MAX_HEAP_GROWTH_BYTES)

    const { traces, metrics, logs: records } = state.signals
    expect([traces?.recorded, counted]).toEqual([made, made])
    expect(metrics?.dropped).toEqual({})
    expect(Object.keys({ ...traces?.dropped, ...records?.dropped })).toEqual(['queue_full'])
    expect([spans.distinct, spans.repeated]).toEqual([made - sumOf(traces?.dropped), 0])
    const written = Array.from({ length: made }, (_, i) => pathOf(i)).filter(writesRecord).length
    expect([logs.distinct, logs.repeated]).toEqual([written - sumOf(records?.dropped), 0])
  },
  TIMEOUT_MS,
)

it.concurrent(
  `a receiver that ${MINUTE.name} loses nothing`,
  async () => {
    const outcome = await run(MINUTE, baseline)
    console.log(MINUTE.name, JSON.stringify(outcome.latency), outcome.heapGrowthBytes)
    expectAsPromised(MINUTE, outcome)
    documentRow(rowOf(MINUTE, outcome))
  },
  TIMEOUT_MS,
)
