import { createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'

const A = createContextKey('test a')
const B = createContextKey('test b')
const C = createContextKey('test c')

/** Counts the nodes that a look-up of an absent key visits. */
function chainLength(ctx: unknown): number {
  let reads = 0
  const Node = (ctx as object).constructor
  const original = Node.prototype.deleteValue as (this: unknown, key: symbol) => unknown
  Node.prototype.deleteValue = function (key: symbol) {
    reads++
    return original.call(this, key)
  }
  try {
    original.call(ctx, Symbol('absent'))
    return reads
  } finally {
    Node.prototype.deleteValue = original
  }
}

describe('Context', () => {
  it('has no value for a key that was never set', () => {
    expect(ROOT.getValue(A)).toBeUndefined()
    expect(ROOT.setValue(B, 1).getValue(A)).toBeUndefined()
  })

  it('finds each value and leaves its parent unchanged', () => {
    const one = ROOT.setValue(A, 1)
    const two = one.setValue(B, 2)
    const three = two.setValue(A, 3)
    expect([one.getValue(A), one.getValue(B)]).toEqual([1, undefined])
    expect([two.getValue(A), two.getValue(B)]).toEqual([1, 2])
    expect([three.getValue(A), three.getValue(B)]).toEqual([3, 2])
    expect(ROOT.getValue(A)).toBeUndefined()
  })

  it('keeps a value of undefined, null or false apart from the one it replaced', () => {
    for (const value of [undefined, null, false]) {
      expect(ROOT.setValue(A, 1).setValue(A, value).getValue(A)).toBe(value)
    }
  })

  it('deletes a key wherever it is, and only there', () => {
    const full = ROOT.setValue(A, 1).setValue(B, 2).setValue(C, 3)
    for (const key of [A, B, C]) {
      const rest = full.deleteValue(key)
      expect([A, B, C].map((k) => rest.getValue(k))).toEqual(
        [A, B, C].map((k) => (k === key ? undefined : full.getValue(k))),
      )
    }
    expect([A, B, C].map((k) => full.getValue(k))).toEqual([1, 2, 3])
  })

  it('is the same object when the deleted key is absent', () => {
    const ctx = ROOT.setValue(A, 1)
    expect(ctx.deleteValue(B)).toBe(ctx)
    expect(ROOT.deleteValue(A)).toBe(ROOT)
  })

  it('grows with the number of keys, not of writes', () => {
    let ctx = ROOT
    for (let i = 0; i < 1000; i++) ctx = ctx.setValue(A, i).setValue(B, i).setValue(C, i)
    expect(chainLength(ctx)).toBe(3)
    expect([A, B, C].map((k) => ctx.getValue(k))).toEqual([999, 999, 999])
  })

  it('behaves like the context of the API for any series of writes', () => {
    const keys = [A, B, C]
    const step = fc.record({ key: fc.nat(2), value: fc.option(fc.nat(), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let ours = ROOT
        let theirs = ROOT_CONTEXT
        for (const { key, value } of steps) {
          const symbol = keys[key] ?? A
          ours = value === undefined ? ours.deleteValue(symbol) : ours.setValue(symbol, value)
          theirs = value === undefined ? theirs.deleteValue(symbol) : theirs.setValue(symbol, value)
        }
        expect(keys.map((k) => ours.getValue(k))).toEqual(keys.map((k) => theirs.getValue(k)))
      }),
    )
  })

  it('carries the span and the baggage of the API', () => {
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }
    const baggage = propagation.createBaggage({ user: { value: 'alice' } })
    const ctx = propagation.setBaggage(trace.setSpanContext(ROOT, span), baggage)
    expect(trace.getSpanContext(ctx)).toEqual(span)
    expect(propagation.getBaggage(ctx)).toBe(baggage)
    expect(trace.getSpan(trace.deleteSpan(ctx))).toBeUndefined()
  })
})
