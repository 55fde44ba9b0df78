import { describe, expect, it } from 'vitest'
import { FIXED_KEYS } from '../../../src/logs/json-line.ts'
import {
  documentedLines,
  fieldsOf,
  outputsOf,
  recordOf,
  SPAN_ID,
  TIME_MS,
  TRACE_ID,
} from './outputs.ts'

const requestRecord = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  traceFlags: 3,
  requestId: '9f1c2d3e-4b5a-4978-8796-a5b4c3d2e1f0',
}

describe('a line', () => {
  it('is exactly as the documentation prints it', () => {
    const { line } = outputsOf()(
      recordOf(
        { 'order.id': 'A-17', items: 3, total: 99.5, paid: true },
        'order read',
        requestRecord,
      ),
    )
    expect(line).toBe(documentedLines()[0])
  })

  it('has the fixed keys first, in their order', () => {
    const { line } = outputsOf({ maxLineBytes: 4096 })(
      recordOf({ long: 'x'.repeat(9000) }, 'x', { ...requestRecord, eventName: 'app.event' }),
    )
    expect(Object.keys(JSON.parse(line))).toEqual([
      ...FIXED_KEYS.filter((key) => key !== 'truncated'),
      'long',
      'truncated',
    ])
  })

  it('leaves out what it does not know', () => {
    expect(outputsOf()(recordOf({})).line).toBe(
      '{"timestamp":"2026-11-21T08:30:15.042Z","level":"info","severity_number":9,"message":"order read","logger":"app","service.name":"shop"}',
    )
  })

  it.each([
    [1, 'trace', '"level":"trace","severity_number":1'],
    [10, 'notice', '"level":"info","severity_number":10'],
    [21, 'fatal', '"level":"fatal","severity_number":21'],
  ])('writes severity %d as its level', (severityNumber, severityText, expected) => {
    expect(outputsOf()(recordOf({}, 'x', { severityNumber, severityText })).line).toContain(
      expected,
    )
  })

  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [TIME_MS + 0.9, '2026-11-21T08:30:15.042Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [Number.NaN, '1970-01-01T00:00:00.000Z'],
    [Number.POSITIVE_INFINITY, '1970-01-01T00:00:00.000Z'],
    [1e300, '1970-01-01T00:00:00.000Z'],
  ])('writes the time %d', (timeMs, expected) => {
    expect(JSON.parse(outputsOf()(recordOf({}, 'x', { timeMs })).line).timestamp).toBe(expected)
  })

  it('does not mix up ids of records that take turns', () => {
    const outputs = outputsOf()
    const ids = Array.from({ length: 20 }, (_, i) => ({
      traceId: TRACE_ID.replace(/^../, String(10 + i)),
      spanId: SPAN_ID,
      traceFlags: i % 2,
      requestId: i % 3 ? `r-${i}` : undefined,
    }))
    for (const each of [...ids, ...ids.toReversed()]) {
      const line = JSON.parse(outputs(recordOf({}, 'x', each)).line)
      expect([line.trace_id, line.span_id, line.trace_flags, line.request_id]).toEqual([
        each.traceId,
        each.spanId,
        each.traceFlags ? '01' : '00',
        each.requestId,
      ])
    }
    expect(JSON.parse(outputs(recordOf({})).line)).not.toHaveProperty('trace_id')
  })

  it.each(['\u0085', '\u2028', '\u2029'])('holds no line break of any kind: %j', (character) => {
    expect(outputsOf()(recordOf({ [`${character}a`]: character }, character)).line).not.toContain(
      character,
    )
  })

  it.each([
    ['timeMs', 5, '"timestamp":"1970-01-01T00:00:00.005Z"'],
    ['severityNumber', 13, '"level":"warn","severity_number":13'],
    ['loggerName', 'other', '"logger":"other"'],
    ['traceId', 'f'.repeat(32), `"trace_id":"${'f'.repeat(32)}"`],
    ['spanId', 'f'.repeat(16), `"span_id":"${'f'.repeat(16)}"`],
    ['traceFlags', 0, '"trace_flags":"00"'],
    ['requestId', 'r-2', '"request_id":"r-2"'],
    ['eventName', 'app.event', '"event_name":"app.event"'],
  ])('differs from the one before it when only %s does', (property, value, expected) => {
    const outputs = outputsOf()
    const first = outputs(recordOf({}, 'x', requestRecord)).line
    expect(outputs(recordOf({}, 'x', { ...requestRecord, [property]: value })).line).toContain(
      expected,
    )
    expect(outputs(recordOf({}, 'x', requestRecord)).line).toBe(first)
  })

  it('renames fields that have the name of a fixed key, and only those', () => {
    expect(
      fieldsOf({ level: 'x', message: 1, trace_id: 't', truncated: false, inner: { level: 2 } }),
    ).toEqual({
      'field.level': 'x',
      'field.message': 1,
      'field.trace_id': 't',
      'field.truncated': false,
      inner: { level: 2 },
    })
  })

  it('takes a body of any kind as the message', () => {
    expect(JSON.parse(outputsOf()(recordOf({}, { a: [1, new Date(0)] })).line).message).toEqual({
      a: [1, '1970-01-01T00:00:00.000Z'],
    })
    expect(JSON.parse(outputsOf()(recordOf({}, undefined)).line).message).toBe('order read')
    expect(JSON.parse(outputsOf()(recordOf({}, null)).line).message).toBeNull()
  })

  it('escapes what would end a line or a string', () => {
    const text = 'a"b\\c\nd\re\u2028f\u2029g\u0085h\0i\ud800j\udc00k\u007fl'
    const { line } = outputsOf()(recordOf({ [text]: text }, text))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f\u0085\u2028\u2029\ud800-\udfff]/)
    const read = text.toWellFormed()
    expect(JSON.parse(line)).toMatchObject({ message: read, [read]: read })
  })
})

describe('a line that would be too long', () => {
  const bytes = (text: string): number => Buffer.byteLength(text)

  it.each([
    ['one text of ten megabytes', { body: 'x'.repeat(10_000_000), other: 1 }],
    ['three-byte characters', { body: '\u6f22'.repeat(200_000), other: 1 }],
    ['control characters', { body: '\u0001'.repeat(200_000), other: 1 }],
    [
      'a thousand fields',
      Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, 'x'.repeat(50)])),
    ],
    ['a long list', { list: Array.from({ length: 500_000 }, (_, i) => i), other: 1 }],
    [
      'many short texts of three-byte characters',
      Object.fromEntries(
        [...'abcdefgh'].map((key) => [key, new Array(9000).fill('\u6f22'.repeat(240))]),
      ),
    ],
    [
      'long keys',
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}${'k'.repeat(50_000)}`, i])),
    ],
    ['a large Map', { map: new Map(Array.from({ length: 200_000 }, (_, i) => [i, i])), other: 1 }],
  ])('is cut and marked: %s', (_, fields) => {
    for (const maxLineBytes of [4096, 32_768, 131_072]) {
      const { line, otlp } = outputsOf({ maxLineBytes })(recordOf(fields, 'm'.repeat(1_000_000)))
      expect(bytes(line)).toBeLessThanOrEqual(maxLineBytes)
      expect(JSON.parse(line).truncated).toBe(true)
      expect(otlp.length).toBeLessThan(3 * maxLineBytes + 2000)
    }
  })

  it('keeps the fields that are short', () => {
    const fields = fieldsOf({
      huge: 'x'.repeat(1_000_000),
      list: new Array(100_000).fill('y'),
      id: 'A-17',
      n: 5,
    })
    expect(fields).toMatchObject({ id: 'A-17', n: 5, truncated: true })
    expect(fields.huge).toMatch(/^x{5000,}…\[1000000 characters\]$/)
    expect((fields.list as unknown[]).length).toBeGreaterThan(100)
  })

  it('says how long the message was, and is marked for it', () => {
    const line = JSON.parse(outputsOf()(recordOf({ a: 1 }, 'm'.repeat(500_000))).line)
    expect(line.message).toMatch(/^m{10000,}…\[500000 characters\]$/)
    expect(line).toMatchObject({ a: 1, truncated: true })
  })

  it('is left alone when it just fits', () => {
    const fields = { text: 'x'.repeat(30_000) }
    expect(fieldsOf(fields)).toEqual(fields)
  })
})
