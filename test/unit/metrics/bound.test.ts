import { describe, expect, it } from 'vitest'
import { onlyHistogram, record, values } from './recording.ts'

describe('bound instrument', () => {
  it('records into the same series as its attributes', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    counter.bind({ a: 1, b: 2 }).add(2)
    counter.add(1, { b: 2, a: 1 })
    expect(values((await collect()).c)).toEqual([[{ a: 1, b: 2 }, 3]])
  })

  it('survives collections of deltas', async () => {
    const { meter, collect } = record('delta')
    const bound = meter.createHistogram('h').bind({ a: 1 })
    for (const value of [1, 2, 3]) {
      bound.record(value)
      expect(onlyHistogram((await collect()).h)).toMatchObject({ count: 1, sum: value })
    }
  })

  it('finds its series again after its place was taken', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    const bound = counter.bind({ a: 1 })
    bound.add(1)
    await collect()
    counter.add(2, { a: 2 })
    await collect()
    bound.add(4)
    counter.add(1, { a: 1 })
    expect(values((await collect()).c)).toEqual([[{ a: 1 }, 5]])
  })

  it('leaves the overflow series as soon as there is a place', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 2 })
    const bound = counter.bind({ a: 1 })
    bound.add(1)
    await collect()
    bound.add(4)
    expect(values((await collect()).c)).toEqual([[{ a: 1 }, 4]])
  })

  it('does not follow later changes of the attributes object', async () => {
    const { meter, collect } = record()
    const attributes = { a: 1 }
    const bound = meter.createGauge('g').bind(attributes)
    attributes.a = 2
    bound.record(5)
    expect(values((await collect()).g)).toEqual([[{ a: 1 }, 5]])
  })

  it('applies the rules for values', async () => {
    const { meter, collect, warnings } = record()
    meter.createCounter('c').bind({}).add(-1)
    expect(await collect()).toEqual({})
    expect(warnings).toHaveLength(1)
  })

  it('records into readers that were added later', async () => {
    const { provider, meter } = record()
    const bound = meter.createCounter('c').bind({ a: 1 })
    bound.add(1)
    const late = provider.addReader()
    bound.add(2)
    expect(values((await late.collect())[0])).toEqual([[{ a: 1 }, 2]])
  })
})
