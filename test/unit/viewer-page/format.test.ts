import { describe, expect, it } from 'vitest'
import type { LogItem } from '../../../viewer/page/src/api-types.ts'
import { colourOf } from '../../../viewer/page/src/format/colour.ts'
import { formatDuration } from '../../../viewer/page/src/format/duration.ts'
import { logText } from '../../../viewer/page/src/format/log-text.ts'
import {
  counted,
  formatBytes,
  formatNumber,
  formatShare,
  formatValue,
} from '../../../viewer/page/src/format/number.ts'
import { ago, clock, utc } from '../../../viewer/page/src/format/time.ts'

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.0005, '500 ns'],
    [0.012, '12.0 µs'],
    [0.85, '850 µs'],
    [1.234, '1.23 ms'],
    [99.96, '100.0 ms'],
    [250, '250 ms'],
    [1250, '1.25 s'],
    [90_000, '1 min 30 s'],
    [86_400_000, '1 d'],
    [90_000_000, '1 d 1 h'],
    [-2.5, '−2.50 ms'],
    [null, '–'],
  ])('writes %s ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('numbers', () => {
  it('keeps three digits that matter', () => {
    const texts = [0, 0.0312345, 12.3456, 3120.4, 1_234_567, 2.5e9, 0.00001].map(formatNumber)
    expect(texts).toEqual(['0', '0.0312', '12.3', '3,120', '1.23 M', '2.50 G', '1.0e-5'])
  })

  it('writes bytes in powers of 1,000', () => {
    expect([0, 999, 1000, 4210, 123_456, 5e12].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '4.2 kB',
      '123 kB',
      '5.0 TB',
    ])
  })

  it('writes shares in percent', () => {
    expect([null, 0, 0.0375, 1].map(formatShare)).toEqual(['–', '0 %', '3.75 %', '100 %'])
  })

  it('knows the units of the semantic conventions', () => {
    expect(formatValue(0.25, 's')).toBe('250 ms')
    expect(formatValue(2048, 'By')).toBe('2.0 kB')
    expect(formatValue(3, '{request}')).toBe('3 request')
    expect(formatValue(0.5, '1')).toBe('0.5')
    expect(formatValue(null, 's')).toBe('–')
  })

  it('counts in singular and plural', () => {
    expect([counted(1, 'span'), counted(1200, 'span')]).toEqual(['1 span', '1,200 spans'])
  })
})

describe('times', () => {
  it('survive a clock that no date can hold', () => {
    expect(utc(1e20)).toBe('100000000000000000000')
    expect(clock(Number.NaN)).toBe('NaN')
  })

  it('are told as distances from now', () => {
    const now = 1_000_000_000
    const distances = [0, 12_000, 180_000, 7_200_000, 200_000_000]
    expect(distances.map((ms) => ago(now - ms, now))).toEqual([
      'now',
      '12 s ago',
      '3 min ago',
      '2 h ago',
      '2 d ago',
    ])
  })
})

describe('colourOf', () => {
  it('is the same for the same service, and one of twelve for any', () => {
    expect(colourOf('shop')).toBe(colourOf('shop'))
    const colours = new Set(Array.from({ length: 500 }, (_, at) => colourOf(`service ${at}`)))
    expect(colours.size).toBe(12)
    for (const colour of colours) expect(colour).toMatch(/^colour-(\d|1[01])$/)
  })
})

describe('logText', () => {
  const record = (fields: Partial<LogItem>): LogItem =>
    ({ body: null, eventName: null, attributes: {}, ...fields }) as LogItem

  it('is the body, as JSON when it is no text', () => {
    expect(logText(record({ body: 'said', eventName: 'event' }))).toBe('said')
    expect(logText(record({ body: { a: [1] } }))).toBe('{"a":[1]}')
  })

  it('is the event and its exception where there is no body', () => {
    const attributes = { 'exception.type': 'Error', 'exception.message': 'on fire' }
    expect(logText(record({ body: '', eventName: 'failed', attributes }))).toBe(
      'failed: Error: on fire',
    )
    expect(logText(record({}))).toBe('')
  })
})
