import { describe, expect, it } from 'vitest'
import { Ledger } from '../../../src/aggregator/ledger.ts'
import { mergeShards, readAggregator } from '../../../src/aggregator/read.ts'
import type { AggregatorNamespace, ShardSnapshot } from '../../../src/export/aggregator/protocol.ts'
import { DAY_MS } from '../../../src/export/aggregator/protocol.ts'
import { aggregatorShard } from '../../../src/export/aggregator/shard.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import {
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  pointsOf,
  push,
  sum,
  valuesOf,
} from './metrics.ts'

const snapshot = (metrics: readonly MetricData[], nowMs = NOW_MS, over = {}): ShardSnapshot => {
  const ledger = new Ledger({ cardinalityLimit: 2000, maxSeries: 10_000 })
  ledger.apply(push(metrics, over), nowMs)
  return { maxIdleMs: 30 * DAY_MS, resources: ledger.collect(0, nowMs) }
}

describe('mergeShards', () => {
  it('adds the totals of all shards', () => {
    const merged = mergeShards(
      [
        snapshot([sum([numberPoint(2, { a: 1 })]), histogram([histogramPoint([0.5])])]),
        snapshot([sum([numberPoint(3, { a: 1 })]), histogram([histogramPoint([5, 50])])]),
        snapshot([sum([numberPoint(4, { a: 2 })])]),
      ],
      NOW_MS,
    )
    expect(valuesOf(merged, 'requests')).toEqual({ '{"a":1}': 5, '{"a":2}': 4 })
    expect(pointsOf(merged, 'duration')).toMatchObject([{ count: 3, bucketCounts: [0, 1, 1, 1] }])
    expect(merged.map(({ resource }) => resource)).toEqual([
      { 'service.name': 'shop', 'service.instance.id': 'aggregator' },
    ])
    expect(valuesOf(merged, 'hono.aggregator.instances')).toEqual({ '{}': 3 })
  })

  it('shows a series while any shard adds to it, and then all of it', () => {
    const laterMs = NOW_MS + 31 * DAY_MS
    const idle = snapshot([sum([numberPoint(100)])])
    const live = snapshot([sum([{ ...numberPoint(1), timeMs: laterMs }])], laterMs, {
      sealedMs: laterMs,
    })
    expect(valuesOf(mergeShards([idle, live], laterMs), 'requests')).toEqual({ '{}': 101 })
    expect(valuesOf(mergeShards([idle], laterMs), 'requests')).toEqual({})
  })

  it('counts and names what shards disagree about', () => {
    const merged = mergeShards(
      [snapshot([sum([numberPoint(1)])]), snapshot([sum([numberPoint(1)], { unit: 'ms' })])],
      NOW_MS,
    )
    expect(valuesOf(merged, 'hono.aggregator.refused_points')).toEqual({
      '{"metric":"requests","error.type":"unit_conflict"}': 1,
    })
  })

  it('is empty without shards', () => {
    expect(mergeShards([], NOW_MS)).toEqual([])
  })
})

describe('readAggregator', () => {
  const namespace = (failures: number): AggregatorNamespace => {
    let left = failures
    return {
      idFromName: (name) => name,
      get: (name) =>
        ({
          shards: async () => ['AMS', 'LHR'],
          snapshot: async () => {
            if (name === 'LHR' && left-- > 0) throw new Error('overloaded')
            return snapshot([sum([numberPoint(1)])])
          },
        }) as ReturnType<AggregatorNamespace['get']>,
    }
  }

  it('reads all shards that the registry names, once more if one fails', async () => {
    expect(valuesOf(await readAggregator(namespace(1), NOW_MS), 'requests')).toEqual({ '{}': 2 })
  })

  it('rejects rather than leave a shard out', async () => {
    await expect(readAggregator(namespace(2), NOW_MS)).rejects.toThrow('overloaded')
  })
})

describe('aggregatorShard', () => {
  const request = (cf?: unknown) => Object.assign(new Request('http://localhost'), { cf })

  it('is the location of the request, a name of your own, or `default`', () => {
    expect(aggregatorShard(request({ colo: 'AMS' }))).toBe('AMS')
    expect(aggregatorShard(request({ colo: 'AMS' }), 'mine')).toBe('mine')
    expect(aggregatorShard(request({}))).toBe('default')
    expect(aggregatorShard(request())).toBe('default')
    expect(aggregatorShard()).toBe('default')
  })

  it.each(['', 'registry'])('cannot be %o', (name) => {
    expect(() => aggregatorShard(undefined, name)).toThrow(
      `Cannot choose a shard: \`name\` must be non-empty and not 'registry', received '${name}'`,
    )
  })
})
