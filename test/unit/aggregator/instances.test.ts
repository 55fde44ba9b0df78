import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, expiredInstances, type InstanceRecord } from '../../../src/aggregator/instances.ts'
import { DAY_MS } from '../../../src/export/aggregator/protocol.ts'
import { NOW_MS } from './metrics.ts'

const records = () => new Map<string, InstanceRecord>()
const number = (seq: number, floor = 1) => ({ instance: 'one', seq, floor, sealedMs: NOW_MS })

describe('arrive', () => {
  it('tells the first arrival of each number from later ones, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
        const known = records()
        const seen = new Set<number>()
        for (const seq of numbers) {
          expect(arrive(known, number(seq), NOW_MS)).toBe(seen.has(seq) ? 'duplicate' : 'new')
          seen.add(seq)
        }
      }),
    )
  })

  it('keeps one number for a run without gaps', () => {
    const known = records()
    for (const seq of [1, 2, 5, 4, 3]) arrive(known, number(seq), NOW_MS)
    expect(known.get('one')).toMatchObject({ floor: 6, above: [] })
  })

  it('takes what the sender has settled for arrived', () => {
    const known = records()
    expect(arrive(known, number(9, 7), NOW_MS)).toBe('new')
    expect(known.get('one')).toMatchObject({ floor: 7, above: [9] })
    expect(arrive(known, number(6, 4), NOW_MS)).toBe('duplicate')
    expect(arrive(known, number(7, 7), NOW_MS)).toBe('new')
  })

  it('bounds the numbers it remembers, and forgets none that it took', () => {
    const known = records()
    const odd = Array.from({ length: 500 }, (_, i) => 2 * i + 1)
    for (const seq of odd) expect(arrive(known, number(seq), NOW_MS)).toBe('new')
    expect(known.get('one')?.above.length).toBeLessThanOrEqual(64)
    for (const seq of odd) expect(arrive(known, number(seq), NOW_MS)).toBe('duplicate')
  })

  it('counts each instance by itself', () => {
    const known = records()
    arrive(known, number(1), NOW_MS)
    expect(arrive(known, { ...number(1), instance: 'two' }, NOW_MS)).toBe('new')
  })
})

describe('expiredInstances', () => {
  it('names those not seen for more than a day', () => {
    const known = records()
    arrive(known, number(1), NOW_MS)
    arrive(known, { ...number(1), instance: 'two' }, NOW_MS + 1)
    expect(expiredInstances(known, NOW_MS + DAY_MS)).toEqual([])
    expect(expiredInstances(known, NOW_MS + DAY_MS + 1)).toEqual(['one'])
  })

  it('leaves no time at which a push could be taken twice', () => {
    const age = fc.integer({ min: 0, max: 3 * DAY_MS })
    fc.assert(
      fc.property(age, age, (firstAge, gap) => {
        const known = records()
        const taken = arrive(known, number(1), NOW_MS + firstAge)
        const laterMs = NOW_MS + firstAge + gap
        for (const id of expiredInstances(known, laterMs)) known.delete(id)
        const again = arrive(known, number(1), laterMs)
        expect([taken, again].filter((arrival) => arrival === 'new').length).toBeLessThan(2)
      }),
      { numRuns: 1000 },
    )
  })
})
