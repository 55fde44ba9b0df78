import { type MeterProvider, metrics } from '@opentelemetry/api'
import { afterEach, expect, it, vi } from 'vitest'
import { adoptEarly, awaitProvider } from '../../../src/metrics/early.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'

afterEach(() => {
  metrics.disable()
})

it('instruments made before a provider record as soon as any is registered, and again when it is another', async () => {
  awaitProvider()
  const meter = metrics.getMeter('orders', '2')
  const counter = meter.createCounter('placed', { unit: '{order}' })
  const told = [
    meter.createUpDownCounter('open'),
    meter.createHistogram('value'),
    meter.createGauge('price'),
  ] as const
  const asked = [
    meter.createObservableCounter('asked.counter'),
    meter.createObservableUpDownCounter('asked.updown'),
    meter.createObservableGauge('asked.gauge'),
  ]
  asked[0]?.addCallback((result) => result.observe(5))
  meter.addBatchObservableCallback((result) => {
    for (const observable of asked.slice(1)) result.observe(observable, 6)
  }, asked.slice(1))
  counter.add(100)
  for (let round = 0; round < 2; round++) {
    const provider = createMeterProvider()
    const reader = provider.addReader('delta')
    expect(metrics.setGlobalMeterProvider(provider as MeterProvider)).toBe(true)
    if (round === 0) {
      adoptEarly()
    }
    counter.add(1, { a: 1 })
    told[0].add(2)
    told[1].record(3)
    told[2].record(4)
    const collected = await reader.collect()
    const values = Object.fromEntries(
      collected.map(({ name, points: [point] }) => [
        name,
        point && 'value' in point && point.value,
      ]),
    )
    expect(values).toMatchObject({ placed: 1, open: 2, price: 4 })
    expect(collected.find(({ name }) => name === 'placed')).toMatchObject({
      unit: '{order}',
      scope: { name: 'orders', version: '2' },
    })
    if (round === 0) {
      expect(values).toMatchObject({ 'asked.counter': 5, 'asked.updown': 6, 'asked.gauge': 6 })
    }
    metrics.disable()
  }
})

it('remembers a thousand instruments that are asked, and no more, until there is a provider', async () => {
  awaitProvider()
  const meter = metrics.getMeter('many')
  for (let index = 0; index < 1100; index++) {
    meter.createObservableGauge(`asked.${index}`).addCallback((result) => result.observe(index))
  }
  const provider = createMeterProvider()
  const reader = provider.addReader('delta')
  metrics.setGlobalMeterProvider(provider as MeterProvider)
  adoptEarly()
  // Each takes two places: for itself, and for what it asks.
  expect(await reader.collect()).toHaveLength(500)
})

it('what is taken back before there is a provider is never asked', async () => {
  awaitProvider()
  const gauge = metrics.getMeter('taken').createObservableGauge('back')
  const ask = vi.fn()
  gauge.addCallback(ask)
  gauge.removeCallback(ask)
  gauge.addCallback((result) => result.observe(7))
  const provider = createMeterProvider()
  const reader = provider.addReader('delta')
  metrics.setGlobalMeterProvider(provider as MeterProvider)
  adoptEarly()
  expect(await reader.collect()).toMatchObject([{ name: 'back', points: [{ value: 7 }] }])
  expect(ask).not.toHaveBeenCalled()
})

it('a batch callback that is taken back is not asked, before there is a provider or after', async () => {
  awaitProvider()
  const meter = metrics.getMeter('batches')
  const gauges = ['a', 'b'].map((name) => meter.createObservableGauge(name))
  const asks = [vi.fn(), vi.fn(), vi.fn()]
  for (const ask of asks) {
    meter.addBatchObservableCallback(ask, gauges)
    meter.addBatchObservableCallback(ask, gauges)
  }
  meter.removeBatchObservableCallback(asks[0] as never, [...gauges].reverse())
  meter.removeBatchObservableCallback(asks[1] as never, gauges.slice(1))
  const provider = createMeterProvider()
  const reader = provider.addReader('delta')
  metrics.setGlobalMeterProvider(provider as MeterProvider)
  adoptEarly()
  await reader.collect()
  meter.removeBatchObservableCallback(asks[2] as never, gauges)
  await reader.collect()
  expect(asks.map(({ mock }) => mock.calls.length)).toEqual([0, 2, 1])
})

it('waiting for a provider registers none, so that another library can', () => {
  awaitProvider()
  awaitProvider()
  expect(metrics.setGlobalMeterProvider(createMeterProvider())).toBe(true)
})
