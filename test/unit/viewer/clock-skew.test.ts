import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClockedSpan, correctClocks } from '../../../viewer/query/clock-skew.ts'
import { buildTree, flatten } from '../../../viewer/query/span-tree.ts'
import type { SpanKind } from '../../../viewer/query/trace-item.ts'

const MS = 1e6

const span = (
  spanId: string,
  parentSpanId: string | null,
  clock: string,
  kind: SpanKind,
  fromMs: number,
  toMs: number,
): ClockedSpan => ({
  spanId,
  parentSpanId,
  clock,
  kind,
  startNs: fromMs * MS,
  endNs: toMs * MS,
})

/** Where each span begins afterwards, in milliseconds. */
function starts(...spans: ClockedSpan[]): Record<string, number> {
  const roots = buildTree(spans)
  correctClocks(roots)
  return Object.fromEntries(
    flatten(roots).map(({ span: { spanId, startNs } }) => [spanId, startNs / MS]),
  )
}

const call = span('call', null, 'a', 'client', 100, 200)

describe('a clock', () => {
  it('that is behind is put right for all that it timed', () => {
    const spans = [
      call,
      span('answer', 'call', 'b', 'server', 20, 60),
      span('query', 'answer', 'b', 'client', 30, 50),
    ]
    expect(starts(...spans)).toEqual({ call: 100, answer: 130, query: 140 })
  })

  it('that is ahead as well', () => {
    expect(starts(call, span('answer', 'call', 'b', 'server', 900, 920))).toEqual({
      call: 100,
      answer: 140,
    })
  })

  it('leads to the start of the call when what it timed is longer', () => {
    expect(starts(call, span('answer', 'call', 'b', 'server', 20, 500)).answer).toBe(100)
  })

  it('is believed while the answer begins within the call: a body may be streamed', () => {
    expect(starts(call, span('answer', 'call', 'b', 'server', 190, 250)).answer).toBe(190)
    expect(starts(call, span('answer', 'call', 'b', 'server', 99.5, 250)).answer).toBe(99.5)
  })

  it('is believed of messages that are handled later, and not of those handled before', () => {
    const sent = span('sent', null, 'a', 'producer', 100, 101)
    expect(starts(sent, span('handled', 'sent', 'b', 'consumer', 900, 950)).handled).toBe(900)
    expect(starts(sent, span('handled', 'sent', 'b', 'consumer', 20, 950)).handled).toBe(100)
  })

  it('is compared only over a call, and only with another', () => {
    expect(starts(call, span('x', 'call', 'b', 'internal', 20, 30)).x).toBe(20)
    expect(starts(call, span('x', 'call', 'a', 'server', 20, 30)).x).toBe(20)
  })

  it('of a third machine is compared with the second, once that is right', () => {
    const spans = [
      call,
      span('b', 'call', 'b', 'server', 20, 60),
      span('b calls', 'b', 'b', 'client', 30, 50),
      span('c', 'b calls', 'c', 'server', 5000, 5010),
    ]
    expect(starts(...spans)).toEqual({ call: 100, b: 130, 'b calls': 140, c: 145 })
  })

  it('changes no length and no parent, however the spans lie', () => {
    const kinds: SpanKind[] = ['client', 'server', 'producer', 'consumer', 'internal']
    const any = fc.array(
      fc.tuple(
        fc.integer({ min: -1, max: 8 }),
        fc.constantFrom('a', 'b', 'c'),
        fc.constantFrom(...kinds),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 100 }),
      ),
      { minLength: 1, maxLength: 9 },
    )
    fc.assert(
      fc.property(any, (list) => {
        const spans = list.map(([parent, clock, kind, from, length], at) =>
          span(String(at), parent < 0 ? null : String(parent), clock, kind, from, from + length),
        )
        const roots = buildTree(spans)
        const before = spans.map(({ startNs, endNs }) => endNs - startNs)
        correctClocks(roots)
        expect(spans.map(({ startNs, endNs }) => endNs - startNs)).toEqual(before)
        expect(flatten(roots)).toHaveLength(spans.length)
      }),
    )
  })
})
