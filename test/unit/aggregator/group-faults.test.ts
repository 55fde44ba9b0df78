import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PushGroup } from '../../../src/aggregator/group.ts'
import { mergeShards } from '../../../src/aggregator/read.ts'
import { Store } from '../../../src/aggregator/store.ts'
import { AggregatorSender } from '../../../src/export/aggregator/client.ts'
import type { AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { NOW_MS, numberPoint, sum, valuesOf } from './metrics.ts'
import { openSqlite } from './sqlite.ts'

const LIMITS = { cardinalityLimit: 2000, maxSeries: 10_000 }
const SHARDS = ['EU', 'NA', 'AS']
const ISOLATES = 24

beforeEach(() => vi.useFakeTimers({ now: NOW_MS }))
afterEach(() => vi.useRealTimers())

type Fate = 'arrives' | 'lost' | 'answer lost' | 'twice' | 'late'

/** An object that groups pushes, and dies with all that waits when its disk fails or it is told to. */
const openShard = () => {
  const disk = openSqlite()
  let store: Store
  let group: PushGroup
  const restart = (): void => {
    disk.failAfter(Number.POSITIVE_INFINITY)
    store = new Store(disk, LIMITS)
    group = new PushGroup((pushes) => {
      try {
        return store.pushAll(pushes, Date.now())
      } catch (error) {
        store = new Store(disk, LIMITS)
        throw error
      }
    })
  }
  restart()
  return {
    disk,
    restart,
    push: (push: AggregatorPush) => group.add(structuredClone(push), Date.now()),
    snapshot: () => ({
      maxIdleMs: Number.POSITIVE_INFINITY,
      resources: new Store(disk, LIMITS).ledger.collect(0, Date.now()),
    }),
  }
}

it('pushes that share rows are counted exactly, whatever is lost, doubled, late, or dies, in 3 shards and 2 versions', {
  timeout: 120_000,
}, async () => {
  const fate = fc.constantFrom<Fate>('arrives', 'arrives', 'lost', 'answer lost', 'twice', 'late')
  const step = fc.record({
    fates: fc.array(fate, { minLength: ISOLATES, maxLength: ISOLATES }),
    failing: fc.option(fc.nat(2), { nil: undefined }),
    restarting: fc.option(fc.nat(2), { nil: undefined }),
    waitMs: fc.integer({ min: 0, max: 2500 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const shards = SHARDS.map(openShard)
      const late: [number, AggregatorPush][] = []
      let fates: readonly Fate[] = []
      let recorded = 0
      const isolates = Array.from({ length: ISOLATES }, (_, i) => ({
        pending: 0,
        shard: i % SHARDS.length,
        version: `${1 + (i % 2)}`,
        sender: new AggregatorSender({
          instance: `isolate ${i}`,
          startMs: 1,
          resource: { 'service.name': 'shop', 'service.version': `${1 + (i % 2)}` },
          maxAttempts: 1,
          transport: {
            async push(_env, push) {
              const shard = shards[i % SHARDS.length] as (typeof shards)[0]
              const fate = fates[i] ?? 'arrives'
              if (fate === 'late') late.push([i % SHARDS.length, structuredClone(push)])
              if (fate === 'lost' || fate === 'late') throw new Error(fate)
              const answers = [shard.push(push), ...(fate === 'twice' ? [shard.push(push)] : [])]
              const [ack] = await Promise.all(answers)
              if (fate === 'answer lost' || !ack) throw new Error(fate)
              return ack
            },
            async register() {},
          },
        }),
      }))
      const pushAll = () =>
        isolates.map((one) => {
          const { sender, version } = one
          return sender.push({}, SHARDS[one.shard] ?? '', () => {
            const value = one.pending
            one.pending = 0
            return value ? [sum([numberPoint(value)], { scope: { name: 'app', version } })] : []
          })
        })
      for (const { fates: next, failing, restarting, waitMs } of steps) {
        fates = next
        for (const one of isolates) {
          one.pending++
          recorded++
        }
        const pushing = pushAll()
        if (failing !== undefined) shards[failing]?.disk.failAfter(failing)
        if (restarting !== undefined) shards[restarting]?.restart()
        await vi.advanceTimersByTimeAsync(waitMs)
        for (const [shard, push] of late.splice(0)) {
          void shards[shard]?.push(push).catch(() => {})
        }
        await vi.advanceTimersByTimeAsync(6000)
        await Promise.all(pushing)
      }
      fates = []
      for (let i = 0; i < 5; i++) {
        for (const shard of shards) shard.disk.failAfter(Number.POSITIVE_INFINITY)
        const pushing = pushAll()
        await vi.advanceTimersByTimeAsync(6000)
        await Promise.all(pushing)
      }
      expect(isolates.map(({ sender, pending }) => sender.pending + pending)).toEqual(
        isolates.map(() => 0),
      )
      const totals = mergeShards(
        shards.map((shard) => shard.snapshot()),
        Date.now(),
      )
      expect(valuesOf(totals, 'requests')).toEqual({ '{}': recorded })
    }),
    { numRuns: 25 },
  )
})
