import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cells } from '../../../scripts/start/text.ts'
import { renderWaterfall } from '../../../scripts/start/waterfall.ts'
import { span, TRACE_ID } from './span-fixture.ts'

const order = [
  span({
    id: 'root',
    name: 'POST /orders',
    kind: 'server',
    durationMs: 40,
    attributes: { 'http.route': '/orders', 'http.response.status_code': '201' },
  }),
  span({
    id: 'price',
    parent: 'root',
    startMs: 4,
    durationMs: 2,
    attributes: { 'order.lines': '2' },
  }),
  span({
    id: 'pay',
    parent: 'root',
    name: 'POST',
    kind: 'client',
    startMs: 10,
    durationMs: 20,
    attributes: {
      'http.response.status_code': '201',
      'url.full': 'http://127.0.0.1:4000/payments',
    },
  }),
]
const plain = (width: number) => ({ width, colour: false })

describe('renderWaterfall', () => {
  it('draws an order at 80 columns', () => {
    expect(renderWaterfall(order, plain(80))).toBe(
      [
        'trace 5b8aa5a2d2c872e8321cf37308d69df2 · 3 spans · 40.0 ms · shop',
        '  ✓ POST /orders         ██████████████  40.0 ms  status=201 http.route=/orders',
        '  ✓ ├─ price              █              2.00 ms  order.lines=2',
        '  ✓ └─ POST                  ███████     20.0 ms  status=201 url.full=http://12…',
      ].join('\n'),
    )
  })

  it('draws the same order wider at 120 columns', () => {
    const lines = renderWaterfall(order, plain(120)).split('\n')
    expect(lines[1]).toContain('█'.repeat(21))
    expect(lines[3]).toContain('url.full=http://127.0.0.1:4000/payments')
  })

  it('marks a failed span and says why under it', () => {
    const lines = renderWaterfall(
      [
        span({ id: 'root', failed: true, exceptions: ['Error: on fire'] }),
        span({ id: 'child', parent: 'root', failed: true, statusMessage: 'refused' }),
      ],
      plain(80),
    ).split('\n')
    expect(lines[1]).toMatch(/^ {2}✗ root/)
    expect(lines[2]).toBe('    ! Error: on fire')
    expect(lines[4]).toBe('       ! refused')
  })

  it('says that a parent has not arrived', () => {
    const text = renderWaterfall([span({ id: 'late', parent: 'lost' })], plain(80))
    expect(text).toContain('(parent not received)')
  })

  it('draws spans of no length as a hairline', () => {
    const spans = [
      span({ id: 'root', durationMs: 0 }),
      span({ id: 'a', parent: 'root', durationMs: 0 }),
    ]
    const lines = renderWaterfall(spans, plain(80)).split('\n')
    expect(lines[0]).toContain('0 ms')
    expect(lines[1]).toMatch(/▏ +0 ms$/)
    expect(lines[2]).toMatch(/▏ +0 ms$/)
    expect(lines.join()).not.toContain('█')
  })

  it('draws a span of no length beside longer ones where it happened', () => {
    const spans = [
      span({ id: 'root', durationMs: 10 }),
      span({ id: 'a', parent: 'root', startMs: 5, durationMs: 0 }),
    ]
    expect(renderWaterfall(spans, plain(80)).split('\n')[2]).toMatch(/└─ a {24}▏ {11}0 ms$/)
  })

  it('leaves room for the name of a span however deep it sits', () => {
    const spans = Array.from({ length: 30 }, (_, index) =>
      span({ id: `level-${index}`, parent: index > 0 ? `level-${index - 1}` : '', startMs: index }),
    )
    expect(renderWaterfall(spans, plain(80))).toContain('└─ level-29')
  })

  it('draws a consumer where its message was sent, and says that it has its own trace', () => {
    const text = renderWaterfall(
      [
        ...order,
        span({ id: 'send', parent: 'root', kind: 'producer', startMs: 35 }),
        span({
          id: 'process',
          kind: 'consumer',
          traceId: '0c4ad993d2c872e8321cf37308d69df2',
          links: [{ traceId: TRACE_ID, spanId: 'send' }],
          startMs: 60,
        }),
        span({ id: 'insert', parent: 'process', startMs: 60 }),
      ],
      plain(80),
    )
    expect(text).toMatch(
      /└─ send .*\n.* {3}└─ process .*\(linked: trace 0c4ad993.*\n.* {6}└─ insert/,
    )
    expect(text).toContain(`trace ${TRACE_ID} · 6 spans · 61.0 ms`)
  })

  it('draws a span whose end is before its start', () => {
    expect(renderWaterfall([span({ id: 'back', durationMs: -5 })], plain(80))).toContain('0 ms')
  })

  it('stops after the cap and says how much is left out', () => {
    const spans = Array.from({ length: 100 }, (_, index) =>
      span({ id: `s${index}`, parent: index > 0 ? 's0' : '', startMs: index }),
    )
    const lines = renderWaterfall(spans, plain(80)).split('\n')
    expect(lines).toHaveLength(62)
    expect(lines.at(-1)).toBe('    … 40 more')
  })

  it('takes the sting out of names, values and messages', () => {
    const text = renderWaterfall(
      [
        span({
          id: 'root',
          name: '\u001b[2Jwiped',
          service: '\u001b]0;title\u0007',
          attributes: { '\u001bkey': 'a\nb' },
          exceptions: ['Error: \u001b[31m\nsecond line'],
        }),
      ],
      plain(120),
    )
    const low = [...text].filter((character) => character < ' ' && character !== '\n')
    expect(low).toEqual([])
    expect(text.split('\n')).toHaveLength(3)
    expect(text).toContain('\u{fffd}[2Jwiped')
  })

  it('uses colours only when asked', () => {
    const sequence = '\u001b['
    expect(renderWaterfall(order, { width: 80, colour: true })).toContain(sequence)
    expect(renderWaterfall(order, { width: 80, colour: false })).not.toContain(sequence)
  })

  it('is empty for no spans', () => {
    expect(renderWaterfall([], plain(80))).toBe('')
  })

  it('keeps every line within the width, whatever arrives', () => {
    const anySpan = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      parent: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
      name: fc.string({ unit: 'binary' }),
      startMs: fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      durationMs: fc.double({ min: -1e3, max: 1e12, noNaN: true }),
      failed: fc.boolean(),
      statusMessage: fc.string({ unit: 'grapheme' }),
      attributes: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })),
    })
    fc.assert(
      fc.property(fc.array(anySpan), fc.constantFrom(40, 80, 120), (inputs, width) => {
        const text = renderWaterfall(inputs.map(span), plain(width))
        for (const line of text.split('\n')) expect(cells(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})
