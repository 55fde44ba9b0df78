import { metrics, ValueType } from '@opentelemetry/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SCOPE_NAME } from '../../../src/base/version.ts'
import { isValidName } from '../../../src/metrics/instrument-kind.ts'
import { view } from '../../../src/metrics/view.ts'
import { record, values } from './recording.ts'

describe('meter provider', () => {
  it('returns the same meter for the same scope', () => {
    const { provider } = record()
    const meter = provider.getMeter('a', '1', { schemaUrl: 's' })
    expect(provider.getMeter('a', '1', { schemaUrl: 's' })).toBe(meter)
    for (const other of [
      provider.getMeter('b', '1', { schemaUrl: 's' }),
      provider.getMeter('a', '2', { schemaUrl: 's' }),
      provider.getMeter('a', '1'),
      provider.getMeter('a'),
    ]) {
      expect(other).not.toBe(meter)
    }
  })

  it('reports the scope of each meter', async () => {
    const { provider, collect } = record()
    provider.getMeter('a', '1', { schemaUrl: 's' }).createCounter('c').add(1)
    expect((await collect()).c?.scope).toEqual({ name: 'a', version: '1', schemaUrl: 's' })
  })

  it('warns of a meter without a name, which works', async () => {
    const { provider, collect, warnings } = record()
    provider.getMeter('').createCounter('c').add(1)
    expect(values((await collect()).c)).toEqual([[{}, 1]])
    expect(warnings).toEqual(['Metric meter: has no name'])
  })

  it('works as the global provider', async () => {
    const { provider, collect } = record()
    metrics.setGlobalMeterProvider(provider)
    onTestFinished(() => metrics.disable())
    metrics.getMeter('global').createCounter('c').add(1)
    expect(values((await collect()).c)).toEqual([[{}, 1]])
  })

  it('lets a late reader see instruments that exist', async () => {
    const { provider, meter } = record()
    const counter = meter.createCounter('c')
    counter.add(1)
    const late = provider.addReader()
    counter.add(2)
    expect(values((await late.collect())[0])).toEqual([[{}, 2]])
  })

  it('counts by name what is measured with instruments beyond the limit, and warns of them once', async () => {
    const ignored: string[] = []
    const { provider, meter, reader, warnings, collect } = record('cumulative', {
      ignored: (metric) => void ignored.push(metric),
    })
    for (let i = 0; i < 1002; i++) meter.createCounter(`c${i}`).add(1)
    meter.createCounter('c1000').bind({}).add(1)
    meter.createObservableGauge('c1002').addCallback((result) => result.observe(1))
    expect(Object.keys(await collect())).toHaveLength(1000)
    expect(ignored).toEqual(['c1000', 'c1001', 'c1000', 'c1002'])
    expect(warnings).toEqual([expect.stringContaining('Metric c1000: one instrument too many')])
    provider.getMeter(SCOPE_NAME).createCounter('own').add(1)
    expect((await reader.collect()).map(({ name }) => name)).toContain('own')
  })

  it('keeps nothing of instruments beyond the limit', () => {
    const { meter } = record()
    for (let i = 0; i < 1000; i++) meter.createCounter(`c${i}`)
    const refused = meter.createCounter('refused')
    expect(refused.configs).toEqual([])
    expect(meter.createCounter('refused')).not.toBe(refused)
    expect(() => refused.add(1)).not.toThrow()
  })
})

describe('warnings', () => {
  it('are bounded in number', () => {
    const { meter, warnings } = record()
    for (let i = 0; i < 1500; i++) meter.createCounter(`not valid ${i}`)
    expect(warnings).toHaveLength(40)
  })
})

describe('meter', () => {
  it('returns the same instrument for an identical request', () => {
    const { meter, warnings } = record()
    const options = { unit: 's', description: 'd' }
    expect(meter.createHistogram('h', options)).toBe(meter.createHistogram('h', { ...options }))
    expect(warnings).toEqual([])
  })

  it('keeps meters apart', async () => {
    const { provider, reader, warnings } = record()
    provider.getMeter('a').createCounter('c').add(1)
    provider.getMeter('b').createUpDownCounter('c').add(2)
    const collected = await reader.collect()
    expect(collected.map((metric) => [metric.scope.name, values(metric)[0]?.[1]])).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    expect(warnings).toEqual([])
  })

  it('uses the spelling that was first', async () => {
    const { meter, collect, warnings } = record()
    meter.createCounter('requestCount').add(1)
    meter.createCounter('RequestCount').add(1)
    const metrics = await collect()
    expect(values(metrics.requestCount)).toEqual([[{}, 2]])
    expect(Object.keys(metrics)).toEqual(['requestCount'])
    expect(warnings).toEqual([
      'Metric RequestCount: created again with another spelling, description or advice',
    ])
  })

  it.each([
    ['unit', { unit: 's' }],
    ['value type', { valueType: ValueType.INT }],
  ])(
    'reports both instruments of a name that differ in their %s, with one warning',
    async (_, options) => {
      const { meter, reader, warnings } = record()
      meter.createCounter('c').add(1)
      meter.createCounter('c', options).add(2)
      meter.createCounter('c', options).add(2)
      const collected = await reader.collect()
      expect(collected.map((metric) => [metric.name, values(metric)[0]?.[1]])).toEqual([
        ['c', 1],
        ['c', 4],
      ])
      expect(warnings).toEqual(['Metric c: defined twice, reported twice: a view can rename one'])
    },
  )

  it('reports both kinds of instrument of a name under the first spelling', async () => {
    const { meter, reader, warnings } = record()
    meter.createCounter('c').add(1)
    meter.createHistogram('C').record(2)
    const collected = await reader.collect()
    expect(collected.map(({ name, type }) => [name, type])).toEqual([
      ['c', 'sum'],
      ['c', 'histogram'],
    ])
    expect(warnings).toHaveLength(1)
  })

  it('does not warn of a conflict that a view resolves', () => {
    const { meter, warnings } = record('cumulative', {
      views: [view({ instrument: 'c', type: 'histogram', name: 'd' })],
    })
    meter.createCounter('c')
    meter.createHistogram('c')
    expect(warnings).toEqual([])
  })

  it('keeps the longer of two descriptions, with a warning', async () => {
    const { meter, collect, warnings } = record()
    meter.createCounter('c', { description: 'short' }).add(1)
    meter.createCounter('c', { description: 'rather long' }).add(1)
    meter.createCounter('c', { description: 'x' }).add(1)
    const metrics = await collect()
    expect(metrics.c?.description).toBe('rather long')
    expect(values(metrics.c)).toEqual([[{}, 3]])
    expect(warnings).toHaveLength(1)
  })

  it('does not warn of descriptions that a view replaces', async () => {
    const { meter, collect, warnings } = record('cumulative', {
      views: [view({ description: 'the view’s' })],
    })
    meter.createCounter('c', { description: 'short' }).add(1)
    meter.createCounter('c', { description: 'rather long' })
    expect((await collect()).c?.description).toBe('the view’s')
    expect(warnings).toEqual([])
  })

  it('keeps the advice that was first, with a warning', async () => {
    const { meter, collect, warnings } = record()
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(1)
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [2] } })
    meter.createHistogram('h')
    expect((await collect()).h).toMatchObject({ bounds: [1] })
    expect(warnings).toHaveLength(1)
  })

  it.each(['', '9lives', 'with space', 'ü', 'x'.repeat(256), undefined, null])(
    'warns of the name %j, and the instrument works',
    async (name) => {
      const { meter, collect, warnings } = record()
      meter.createCounter(name as string).add(1)
      expect(values((await collect())[String(name)])).toEqual([[{}, 1]])
      expect(warnings.length).toBe(isValidName(String(name)) ? 0 : 1)
    },
  )

  it.each(['a', 'http.server.request.duration', 'A_b-c/d.9', 'x'.repeat(255)])(
    'accepts the name %s',
    (name) => {
      const { meter, warnings } = record()
      meter.createCounter(name)
      expect(warnings).toEqual([])
    },
  )

  it('treats options that are null like none', async () => {
    const { meter, collect } = record()
    meter.createCounter('c', null as never).add(1)
    meter.createCounter('c', { unit: null, description: null } as never).add(1)
    const metrics = await collect()
    expect(metrics.c).toMatchObject({ unit: '', description: '' })
    expect(values(metrics.c)).toEqual([[{}, 2]])
  })
})
