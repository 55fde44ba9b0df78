import type { Attributes } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AttributeIndex,
  attributeEntries,
  attributeKey,
} from '../../../src/metrics/attribute-set.ts'
import { record, values } from './recording.ts'

const keyOf = (attributes: object): string =>
  attributeKey(attributeEntries(attributes as Record<string, unknown>))

describe('attribute sets', () => {
  it('are the same in any order of keys', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1, b: 2, c: 3 })
    counter.add(1, { c: 3, a: 1, b: 2 })
    counter.add(1, { b: 2, c: 3, a: 1 })
    counter.add(1, { c: 3, a: 1, b: 2 })
    expect(values((await collect()).c)).toEqual([[{ a: 1, b: 2, c: 3 }, 4]])
  })

  it('are the same without the entries that have no value', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1 })
    counter.add(1, { a: 1, b: undefined })
    counter.add(1, { a: 1, b: null })
    expect(values((await collect()).c)).toEqual([[{ a: 1 }, 3]])
  })

  it('keep an attribute whose key is empty', async () => {
    const { meter, collect } = record()
    meter.createCounter('c').add(1, { a: 1, '': 'no key' })
    expect(values((await collect()).c)).toEqual([[{ '': 'no key', a: 1 }, 1]])
  })

  it('differ by the type of a value', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    const sets = [
      { a: 1 },
      { a: '1' },
      { a: true },
      { a: 'true' },
      { a: ['1'] },
      { a: '["1"]' },
      {},
    ]
    for (const set of [...sets, ...sets]) counter.add(1, set)
    expect(values((await collect()).c)).toEqual(sets.map((set) => [set, 2]))
  })

  it('differ by key, and by how keys and values pair up', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    const sets = [{ a: 'b' }, { b: 'a' }, { a: 'b', b: 'a' }, { 'a:b': '' }, { a: '"b"' }]
    for (const set of [...sets, ...sets]) counter.add(1, set)
    expect(values((await collect()).c).map(([, count]) => count)).toEqual(sets.map(() => 2))
  })

  it('follow an object that the caller changes', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    const attributes = { a: 1, list: ['x'] }
    counter.add(1, attributes)
    attributes.a = 2
    counter.add(1, attributes)
    attributes.list.push('y')
    counter.add(1, attributes)
    expect(values((await collect()).c)).toEqual([
      [{ a: 1, list: ['x'] }, 1],
      [{ a: 2, list: ['x'] }, 1],
      [{ a: 2, list: ['x', 'y'] }, 1],
    ])
  })

  it('may have keys that objects have by themselves', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    const attributes = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}')
    counter.add(1, attributes)
    counter.add(1, attributes)
    const [[reported, count] = [{}, 0]] = values((await collect()).c)
    expect(Object.entries(reported)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['toString', 't'],
    ])
    expect(count).toBe(2)
  })

  it('never make a recording throw', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const odd: unknown[] = [
      null,
      undefined,
      { a: cycle },
      { a: 1n },
      { a: [1n] },
      { a: Symbol('s') },
      { a: () => 1 },
      'text',
      5,
    ]
    for (const attributes of odd) counter.add(1, attributes as Attributes)
    const total = values((await collect()).c).reduce((sum, [, value]) => sum + value, 0)
    expect(total).toBe(odd.length)
  })

  it('tell NaN and infinities from text and from each other', () => {
    const sets = [{ a: Number.NaN }, { a: 'NaN' }, { a: Number.POSITIVE_INFINITY }, { a: null }]
    expect(new Set(sets.map(keyOf)).size).toBe(4)
  })

  it('have equal keys exactly when they are equal', () => {
    const value = fc.oneof(
      fc.constantFrom('a', 'b', '1', '"', ',', ''),
      fc.integer({ min: -1, max: 1 }),
      fc.boolean(),
      fc.array(fc.constantFrom('a', 'b', 1), { maxLength: 2 }),
    )
    const set = fc.dictionary(fc.constantFrom('a', 'b', 'c', '"a"', 'a:'), value, { maxKeys: 3 })
    fc.assert(
      fc.property(set, set, (a, b) => {
        const sorted = (attributes: object): string =>
          JSON.stringify(Object.entries(attributes).toSorted(([x], [y]) => (x < y ? -1 : 1)))
        expect(keyOf(a) === keyOf(b)).toBe(sorted(a) === sorted(b))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('attribute index', () => {
  it('finds what an object with the same entries was added with, and nothing else', () => {
    const index = new AttributeIndex<string>(100, undefined)
    index.add({ a: 1 }, 'one')
    index.add({ a: 1, b: 2 }, 'two')
    index.add({ b: 2, a: 1 }, 'two')
    index.add(undefined, 'none')
    expect(index.find({ a: 1 })).toBe('one')
    expect(index.find({ a: 1, b: 2 })).toBe('two')
    expect(index.find({ b: 2, a: 1 })).toBe('two')
    expect(index.find({})).toBe('none')
    expect(index.find({ b: 2 })).toBeUndefined()
    expect(index.find({ a: 2 })).toBeUndefined()
    expect(index.find({ a: 1, b: 3 })).toBeUndefined()
    expect(index.find({ c: undefined })).toBeUndefined()
  })

  it('leaves out what the filter does', () => {
    const index = new AttributeIndex<string>(100, (key) => key !== 'user')
    index.add({ a: 1, user: 'u1' }, 'one')
    expect(index.find({ user: 'u2', a: 1 })).toBe('one')
  })

  it('never finds sets with arrays, whose contents can change', () => {
    const index = new AttributeIndex<string>(100, undefined)
    const list = ['x']
    index.add({ list }, 'one')
    expect(index.find({ list })).toBeUndefined()
  })

  it('forgets everything before it grows beyond its bound', () => {
    const index = new AttributeIndex<number>(10, undefined)
    for (let i = 0; i < 1000; i++) index.add({ i }, i)
    const found = Array.from({ length: 1000 }, (_, i) => index.find({ i })).filter(
      (leaf) => leaf !== undefined,
    )
    expect(found.length).toBeLessThanOrEqual(10)
    expect(index.find({ i: 999 })).toBe(999)
  })
})
