import { describe, expect, it } from 'vitest'
import type { TraceSpan, TraceView } from '../../../viewer/page/src/api-types.ts'
import { byName, sortNames } from '../../../viewer/page/src/trace/by-name.ts'
import { colouring } from '../../../viewer/page/src/trace/colouring.ts'
import { findIn } from '../../../viewer/page/src/trace/find.ts'
import { flameOf, frameOf } from '../../../viewer/page/src/trace/flame.ts'
import { indexOf } from '../../../viewer/page/src/trace/trace-rows.ts'

const span = (spanId: string, parentSpanId: string | null, own: Partial<TraceSpan>): TraceSpan =>
  ({
    spanId,
    parentSpanId,
    name: spanId,
    service: 'shop',
    kind: 'internal',
    status: 'unset',
    statusMessage: null,
    depth: 0,
    offsetMs: 0,
    durationMs: 0,
    selfMs: 0,
    highlights: [],
    ...own,
  }) as TraceSpan

const spans = [
  span('root', null, { durationMs: 100, selfMs: 20 }),
  span('q1', 'root', { name: 'query', depth: 1, durationMs: 30, selfMs: 30 }),
  span('q2', 'root', { name: 'query', depth: 1, durationMs: 40, selfMs: 10, status: 'error' }),
  span('row', 'q2', { depth: 2, durationMs: 30, selfMs: 30 }),
  span('other', 'root', { name: 'query', service: 'bank', depth: 1, durationMs: 10, selfMs: 10 }),
]
const view = {
  spans,
  logs: [{ id: 1, spanId: 'q1', body: 'Cache MISS', attributes: {} }],
  criticalPath: [],
} as unknown as TraceView

describe('spans by name', () => {
  it('are added up, each service apart', () => {
    const query = byName(spans).find(({ name, service }) => name === 'query' && service === 'shop')
    expect(query).toMatchObject({ count: 2, errors: 1, totalMs: 70, selfMs: 40, share: 0.4 })
    expect(query?.slowest.spanId).toBe('q2')
    const shares = byName(spans).reduce((sum, { share }) => sum + share, 0)
    expect(shares).toBeCloseTo(1)
  })

  it('are sorted by each column, both ways', () => {
    const order = (...by: [Parameters<typeof sortNames>[1], boolean]) =>
      sortNames(byName(spans), ...by).map(({ name, service }) => `${service} ${name}`)
    expect(order('totalMs', false)[0]).toBe('shop root')
    expect(order('selfMs', false)[0]).toBe('shop query')
    expect(order('meanMs', true)[0]).toBe('bank query')
    expect(order('name', true)).toEqual(['shop query', 'bank query', 'shop root', 'shop row'])
    expect(order('errors', false)[0]).toBe('shop query')
  })

  it('have no shares when nothing took any time', () => {
    expect(byName([span('a', null, {})])[0]?.share).toBe(0)
  })
})

describe('a flame graph', () => {
  it('puts equal names at one place together, as wide as their time', () => {
    const frames = flameOf(spans)
    expect(frames.map(({ service, name, count }) => `${service} ${name} ${count}`)).toEqual([
      'shop root 1',
      'shop query 2',
      'shop row 1',
      'bank query 1',
    ])
    const query = frames[1]
    expect(query).toMatchObject({ depth: 1, totalMs: 70, errors: 1, left: 0, width: 0.7 })
    expect(frames[2]).toMatchObject({ depth: 2, left: 0 })
    expect(frames[2]?.width).toBeCloseTo(0.3)
    expect(frames[3]?.left).toBeCloseTo(0.7)
  })

  it('keeps children that ran beside each other within their parent', () => {
    const [, a, b] = flameOf([
      span('root', null, { durationMs: 10 }),
      span('a', 'root', { depth: 1, durationMs: 10 }),
      span('b', 'root', { depth: 1, durationMs: 30 }),
    ])
    expect([a?.left, a?.width, b?.left, b?.width]).toEqual([0.75, 0.25, 0, 0.75])
  })

  it('finds the box of a span, wherever it is', () => {
    const frames = flameOf(spans)
    const { spans: byId } = indexOf(view)
    expect(frameOf(frames, byId, 'row')).toBe(frames[2])
    expect(frameOf(frames, byId, 'other')).toBe(frames[3])
    expect(frameOf(frames, byId, 'gone')).toBeUndefined()
  })

  it('draws a chain of ten thousand', () => {
    const chain = Array.from({ length: 10_000 }, (_, depth) =>
      span(`s${depth}`, depth ? `s${depth - 1}` : null, { depth, durationMs: 1 }),
    )
    expect(flameOf(chain)).toHaveLength(10_000)
  })
})

describe('finding', () => {
  const find = (text: string) => findIn(spans, indexOf(view), text)

  it('looks into names, services, ids, states and records, in whatever case', () => {
    expect(find('QUERY')).toEqual(['q1', 'q2', 'other'])
    expect(find('bank')).toEqual(['other'])
    expect(find(' cache miss ')).toEqual(['q1'])
    expect(find('error')).toEqual(['q2'])
    expect(find('')).toEqual([])
  })

  it('looks at what stands beside the bar, and at attributes and events', () => {
    const own = span('a', null, {
      highlights: [['db', 'sqlite']],
      attributes: { 'order.id': 7 },
      events: [
        {
          name: 'exception',
          attributes: { 'exception.type': 'TypeError' },
          timeUnixNano: '0',
          offsetMs: 0,
          droppedAttributes: 0,
        },
      ],
    })
    const index = indexOf({ ...view, spans: [own], logs: [] })
    for (const text of ['db=sqlite', 'order.id=7', 'typeerror']) {
      expect(findIn([own], index, text)).toEqual(['a'])
    }
  })
})

describe('colours', () => {
  it('tell the kind, failures alone, or the time in itself', () => {
    const classes = (by: string | null) => spans.map((each) => colouring(by, view)(each).class)
    expect(new Set(classes(null)).size).toBe(2)
    expect(new Set(classes('kind')).size).toBe(1)
    expect(new Set(classes('error'))).toEqual(new Set(['colour-none']))
    expect(spans.map((each) => colouring('self', view)(each).strength)).toEqual([
      20 / 30,
      1,
      10 / 30,
      1,
      10 / 30,
    ])
  })
})
