import { describe, expect, it } from 'vitest'
import { Ledger } from '../../../src/aggregator/ledger.ts'
import { DAY_MS } from '../../../src/export/aggregator/protocol.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  pointsOf,
  push,
  sum,
  valuesOf,
} from './metrics.ts'

const OWN = 'hono.aggregator.'

const ledger = (limits = { cardinalityLimit: 2000, maxSeries: 10_000 }) => new Ledger(limits)

let seq = 0
const apply = (to: Ledger, metrics: readonly MetricData[], over = {}, nowMs = NOW_MS) =>
  to.apply(push(metrics, { seq: ++seq, ...over }), nowMs)

const totals = (of: Ledger, sinceMs = 0) => of.collect(sinceMs, NOW_MS)

describe('Ledger', () => {
  it('adds each push once', () => {
    const one = ledger()
    const first = push([sum([numberPoint(2, { route: '/a' }), numberPoint(3, { route: '/b' })])])
    expect(one.apply(first, NOW_MS)).toEqual({
      ok: true,
      applied: true,
      refused: [],
      register: true,
    })
    expect(one.apply(first, NOW_MS)).toMatchObject({ ok: true, applied: false })
    one.apply({ ...first, seq: 2 }, NOW_MS)
    expect(valuesOf(totals(one), 'requests')).toEqual({ '{"route":"/a"}': 4, '{"route":"/b"}': 6 })
    expect(valuesOf(totals(one), `${OWN}pushes`)).toEqual({
      '{"outcome":"new"}': 2,
      '{"outcome":"duplicate"}': 1,
    })
  })

  it('gives cumulative metrics', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1)]), histogram([histogramPoint([1])])])
    for (const metric of totals(one)[0]?.metrics ?? []) {
      expect(metric).toMatchObject({ temporality: 'cumulative' })
    }
  })

  it('takes attributes in any order for the same series', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1, { a: 1, b: 'x' }), numberPoint(1, { b: 'x', a: 1 })])])
    expect(valuesOf(totals(one), 'requests')).toEqual({ '{"a":1,"b":"x"}': 2 })
  })

  it('tells values of different types apart', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1, { a: 1 }), numberPoint(1, { a: '1' })])])
    expect(pointsOf(totals(one), 'requests')).toHaveLength(2)
  })

  it.each<[string, MetricData]>([
    ['kind_conflict', gauge([numberPoint(1)], { name: 'Requests' })],
    ['kind_conflict', sum([numberPoint(1)], { monotonic: false })],
    ['kind_conflict', histogram([histogramPoint([1])], { name: 'requests', unit: '' })],
    ['unit_conflict', sum([numberPoint(1)], { unit: 'ms' })],
    ['temporality', sum([numberPoint(1)], { temporality: 'cumulative' })],
    ['not_finite', sum([numberPoint(1), numberPoint(Number.NaN, { a: 1 })])],
    ['not_finite', sum([numberPoint(-1)])],
    ['not_finite', sum([{ ...numberPoint(1), timeMs: Number.POSITIVE_INFINITY }])],
    ['too_large', sum([numberPoint(1, { a: 'x'.repeat(9000) })])],
    ['malformed', { ...sum([]), points: undefined } as unknown as MetricData],
    [
      'malformed',
      { ...sum([]), points: [{ ...numberPoint(1), attributes: null }] } as unknown as MetricData,
    ],
  ])('refuses, names and counts a metric: %s', (reason, wrong) => {
    const one = ledger()
    apply(one, [sum([numberPoint(5)])])
    expect(apply(one, [wrong]).refused).toEqual([{ name: wrong.name, reason }])
    expect(valuesOf(totals(one), 'requests')).toEqual({ '{}': 5 })
    expect(valuesOf(totals(one), `${OWN}refused_points`)).toEqual({
      [JSON.stringify({ metric: wrong.name, 'error.type': reason })]: wrong.points?.length || 1,
    })
  })

  it.each<[string, MetricData]>([
    [
      'bounds_conflict',
      histogram([{ ...histogramPoint([1]), bucketCounts: [0, 1] }], { bounds: [1] }),
    ],
    ['malformed', histogram([{ ...histogramPoint([1]), bucketCounts: [1] }])],
    ['malformed', histogram([{ ...histogramPoint([1]), count: 2 }])],
    ['malformed', histogram([{ ...histogramPoint([1]), bucketCounts: [2, -1, 0, 0] }])],
    ['not_finite', histogram([{ ...histogramPoint([1]), sum: Number.NaN }])],
    ['kind_conflict', exponential([exponentialPoint([1], 0)], { name: 'duration', unit: 's' })],
  ])('refuses a histogram: %s', (reason, wrong) => {
    const one = ledger()
    apply(one, [histogram([histogramPoint([1])])])
    expect(apply(one, [wrong]).refused).toEqual([{ name: 'duration', reason }])
    expect(pointsOf(totals(one), 'duration')).toMatchObject([{ count: 1 }])
  })

  it.each<[string, MetricData]>([
    ['malformed', exponential([{ ...exponentialPoint([1], 0), count: 3 }])],
    ['not_finite', exponential([{ ...exponentialPoint([1], 0), scale: Number.NaN }])],
  ])('refuses an exponential histogram: %s', (reason, wrong) => {
    expect(apply(ledger(), [wrong]).refused).toEqual([{ name: 'size', reason }])
  })

  it('takes the rest of a push of which it refuses a metric', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(Number.NaN)]), gauge([numberPoint(3)])])
    expect(valuesOf(totals(one), 'temperature')).toEqual({ '{}': 3 })
  })

  it('turns integers into doubles once one is none', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1)])])
    apply(one, [sum([numberPoint(0.5)], { integer: false })])
    apply(one, [sum([numberPoint(1)])])
    expect(totals(one)[0]?.metrics[0]).toMatchObject({ integer: false, points: [{ value: 2.5 }] })
  })

  it('adds what exceeds the series of a metric to one overflow series', () => {
    const one = ledger({ cardinalityLimit: 4, maxSeries: 10_000 })
    const points = Array.from({ length: 10 }, (_, i) => numberPoint(1, { user: i }))
    apply(one, [sum(points)])
    apply(one, [sum(points)])
    expect(valuesOf(totals(one), 'requests')).toEqual({
      '{"user":0}': 2,
      '{"user":1}': 2,
      '{"user":2}': 2,
      '{"otel.metric.overflow":true}': 14,
    })
    expect(valuesOf(totals(one), `${OWN}overflow_points`)).toEqual({ '{"metric":"requests"}': 14 })
  })

  it('adds what exceeds the series of the object to the overflow series of each metric', () => {
    const one = ledger({ cardinalityLimit: 2000, maxSeries: 2 })
    const points = Array.from({ length: 5 }, (_, i) => numberPoint(1, { user: i }))
    apply(one, [sum(points), sum(points, { name: 'other' })])
    expect(valuesOf(totals(one), 'requests')['{"otel.metric.overflow":true}']).toBe(3)
    expect(valuesOf(totals(one), 'other')).toEqual({ '{"otel.metric.overflow":true}': 5 })
  })

  it('refuses metrics beyond a thousand', () => {
    const one = ledger()
    const metrics = Array.from({ length: 1001 }, (_, i) => sum([numberPoint(1)], { name: `m${i}` }))
    expect(apply(one, metrics).refused).toEqual([{ name: 'm1000', reason: 'metric_limit' }])
    expect(Object.keys(valuesOf(totals(one), `${OWN}refused_points`))).toHaveLength(1)
  })

  it('does not let a clock that runs ahead keep a gauge at its value', () => {
    const one = ledger()
    apply(one, [gauge([{ ...numberPoint(99), timeMs: NOW_MS + DAY_MS }])])
    apply(one, [gauge([numberPoint(3)])])
    expect(valuesOf(totals(one), 'temperature')).toEqual({ '{}': 3 })
  })

  it('keeps services apart, each with the resource of its youngest isolate', () => {
    const one = ledger()
    const resource = { 'service.name': 'shop', 'service.version': '2' }
    apply(one, [sum([numberPoint(1)])], { resource, startMs: 20 })
    apply(one, [sum([numberPoint(1)])], {
      resource: { ...resource, 'service.version': '1' },
      startMs: 10,
    })
    apply(one, [sum([numberPoint(1)])], { resource: { 'service.name': 'billing' } })
    const all = totals(one)
    expect(all.map((held) => held.resource)).toEqual([resource, { 'service.name': 'billing' }])
    expect(all.map((held) => valuesOf([held], 'requests'))).toEqual([{ '{}': 2 }, { '{}': 1 }])
  })

  it('goes on with the same series when the version of a scope changes', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1)])])
    apply(one, [sum([numberPoint(1)], { scope: { name: 'test', version: '2' } })])
    apply(one, [sum([numberPoint(1)], { scope: { name: 'other' } })])
    expect(totals(one)[0]?.metrics.filter(({ name }) => name === 'requests')).toMatchObject([
      { scope: { name: 'test' }, points: [{ value: 2 }] },
      { scope: { name: 'other' }, points: [{ value: 1 }] },
    ])
  })

  it('refuses and counts a push that may have been added to a record that is gone', () => {
    const one = ledger()
    const old = push([sum([numberPoint(1)])], { sealedMs: NOW_MS - DAY_MS })
    expect(one.apply(old, NOW_MS)).toMatchObject({
      applied: false,
      refused: [{ name: '*', reason: 'expired' }],
    })
    expect(valuesOf(totals(one), `${OWN}refused_points`)).toEqual({
      '{"metric":"*","error.type":"expired"}': 1,
    })
  })

  it('asks to be registered until it is', () => {
    const one = ledger()
    expect(apply(one, []).register).toBe(true)
    expect(apply(one, [], { registered: true }).register).toBe(false)
    expect(apply(one, []).register).toBe(false)
  })

  it('removes idle series and counts them', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1, { a: 1 })])])
    apply(one, [sum([{ ...numberPoint(1, { a: 2 }), timeMs: NOW_MS + 5 }])], {}, NOW_MS + 5)
    one.expireSeries(one.idleSeries(NOW_MS + 1), NOW_MS + 5)
    expect(valuesOf(totals(one), 'requests')).toEqual({ '{"a":2}': 1 })
    // The aggregator's own series from the first push were as idle as the rest, one of them in use again.
    expect(valuesOf(totals(one), `${OWN}expired`)).toEqual({ '{"kind":"series"}': 1 })
  })

  it('forgets a metric and its conflicts with its last series', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1)])])
    one.totals.remove(one.totals.keys((_, { name }) => name === 'requests'))
    expect(apply(one, [gauge([numberPoint(1)], { name: 'requests' })]).refused).toEqual([])
  })

  it('leaves idle series out of what it shows', () => {
    const one = ledger()
    apply(one, [sum([numberPoint(1)])])
    expect(valuesOf(totals(one, NOW_MS), 'requests')).toEqual({ '{}': 1 })
    expect(totals(one, NOW_MS + 1)).toEqual([])
  })

  it('does not change what it was given or has given', () => {
    const one = ledger()
    const metric = histogram([{ ...histogramPoint([1]), exemplars: [{ timeMs: 1, value: 1 }] }])
    const copy = structuredClone(metric)
    apply(one, [metric])
    const shown = totals(one)
    const before = structuredClone(shown)
    apply(one, [metric])
    expect(metric).toEqual(copy)
    expect(shown).toEqual(before)
  })

  it('is not confused by names that objects have from their prototype', () => {
    const one = ledger()
    const attributes = JSON.parse('{"__proto__":"x","constructor":"y"}')
    apply(one, [sum([numberPoint(1, attributes)], { name: '__proto__' })])
    apply(one, [sum([numberPoint(1, attributes)], { name: '__proto__' })])
    expect(pointsOf(totals(one), '__proto__')).toMatchObject([{ value: 2 }])
  })
})
