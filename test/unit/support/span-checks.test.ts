import { describe, expect, it } from 'vitest'
import { checkSpan, checkSpans, type DecodedSpan, decodeJson } from '../../support/otlp-decoder.ts'
import { traceRequest } from './otlp-bodies.ts'

const [good] = decodeJson('traces', JSON.stringify(traceRequest())) as [DecodedSpan]
const zeros = '0'.repeat(16)

describe('checkSpan', () => {
  it('finds nothing wrong with a valid span', () => {
    expect(checkSpan(good)).toEqual([])
  })

  it.each<[string, Partial<DecodedSpan>]>([
    ['its trace id is zero', { traceId: '0'.repeat(32) }],
    ['its span id is zero', { spanId: zeros }],
    ['its parent id is zero', { parentSpanId: zeros }],
    ['it is its own parent', { parentSpanId: good.spanId }],
    ['it has no name', { name: '' }],
    ['its kind is unset', { kind: 0 }],
    ['it has no start time', { startTimeUnixNano: 0n }],
    ['it ends before it starts', { endTimeUnixNano: good.startTimeUnixNano - 1n }],
    ['it has flags beyond bits 0 to 9', { flags: 0x400 }],
    ['it has a message without an error', { status: { code: 1, message: 'fine' } }],
    ['an event has no name', { events: good.events.map((event) => ({ ...event, name: '' })) }],
    ['a link has a zero id', { links: good.links.map((link) => ({ ...link, spanId: zeros })) }],
  ])('says that %s', (problem, change) => {
    const span = { ...good, ...change }
    expect(checkSpan(span)).toEqual([`span "${span.name}" ${span.spanId}: ${problem}`])
  })

  it('misses a local parent that was not exported, but no remote one', () => {
    const missing = `span "${good.name}" ${good.spanId}: its parent is missing`
    expect(checkSpan({ ...good, flags: 0x101 }, new Set())).toEqual([missing])
    expect(checkSpan({ ...good, flags: 0x101 }, new Set([good.parentSpanId]))).toEqual([])
    expect(checkSpan({ ...good, flags: 0x301 }, new Set())).toEqual([])
    expect(checkSpan({ ...good, flags: 0x101, parentSpanId: '' }, new Set())).toEqual([])
  })
})

describe('checkSpans', () => {
  const child = { ...good, spanId: 'eee19b7ec3c1b176', parentSpanId: good.spanId, flags: 0x101 }

  it('finds nothing wrong with a parent and its child', () => {
    expect(checkSpans([child, good])).toEqual([])
  })

  it('finds a child without its parent', () => {
    expect(checkSpans([child])).toEqual([expect.stringContaining('its parent is missing')])
  })

  it('finds a parent in another trace', () => {
    const stray = { ...child, traceId: '5b8efff798038103d269b633813fc60d' }
    expect(checkSpans([stray, good])).toEqual([expect.stringContaining('another trace')])
  })

  it('counts span ids that come twice', () => {
    expect(checkSpans([good, good, good])).toEqual(['2 span ids come twice'])
  })
})
