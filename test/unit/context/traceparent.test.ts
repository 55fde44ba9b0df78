import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTraceparent, parseTraceparent } from '../../../src/context/traceparent.ts'
import { growth } from './growth.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const IDS = `${TRACE}-${SPAN}`

describe('parseTraceparent', () => {
  it('reads the examples of the specification', () => {
    const ids = { traceId: TRACE, spanId: SPAN, isRemote: true }
    expect(parseTraceparent(`00-${IDS}-01`)).toEqual({ ...ids, traceFlags: 1 })
    expect(parseTraceparent(`00-${IDS}-00`)).toEqual({ ...ids, traceFlags: 0 })
  })

  it.each([
    ['00', 0],
    ['01', 1],
    ['02', 2],
    ['03', 3],
    ['04', 0],
    ['09', 1],
    ['0a', 2],
    ['0f', 3],
    ['10', 0],
    ['fd', 1],
    ['fe', 2],
    ['ff', 3],
  ])('keeps only sampled and random of flags %s', (flags, kept) => {
    expect(parseTraceparent(`00-${IDS}-${flags}`)?.traceFlags).toBe(kept)
    expect(parseTraceparent(`cc-${IDS}-${flags}-more`)?.traceFlags).toBe(kept)
  })

  it.each([
    ['a space before', ` 00-${IDS}-01`],
    ['a tab before', `\t00-${IDS}-01`],
    ['a space after', `00-${IDS}-01 `],
    ['both around', `\t 00-${IDS}-01 \t`],
    ['version 01', `01-${IDS}-01`],
    ['version fe', `fe-${IDS}-01`],
    ['a later version with more fields', `cc-${IDS}-01-what-the-future-will-be-like`],
    ['a later version with an empty field', `01-${IDS}-01-`],
    ['a later version of the greatest length', `01-${IDS}-01-${'x'.repeat(512 - 56)}`],
  ])('accepts %s', (_, header) => {
    expect(parseTraceparent(header)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      isRemote: true,
    })
  })

  it.each([
    ['an empty header', ''],
    ['only whitespace', ' \t '],
    ['one character too few', `00-${IDS}-0`],
    ['version ff', `ff-${IDS}-01`],
    ['an upper-case version', `CC-${IDS}-01`],
    ['a version of one digit', `0-${IDS}-01`],
    ['a version of three digits', `000-${IDS}-01`],
    ['a version that is no hexadecimal', `0g-${IDS}-01`],
    ['a version of punctuation', `.0-${IDS}-01`],
    ['an upper-case trace id', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['an upper-case span id', `00-${TRACE}-${SPAN.toUpperCase()}-01`],
    ['upper-case flags', `00-${IDS}-0F`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a trace id of zeros in a later version', `01-${'0'.repeat(32)}-${SPAN}-01`],
    ['a long trace id', `00-${TRACE}0-${SPAN}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a long span id', `00-${IDS}0-01`],
    ['a short span id', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['long flags', `00-${IDS}-001`],
    ['short flags', `00-${IDS}-1`],
    ['flags that are no hexadecimal', `00-${IDS}-.0`],
    ['no flags', `00-${IDS}`],
    ['other separators', `00_${TRACE}_${SPAN}_01`],
    ['version 00 with more fields', `00-${IDS}-01-more`],
    ['version 00 with a dash', `00-${IDS}-01-`],
    ['version 00 with a full stop', `00-${IDS}-01.`],
    ['a later version with more but no dash', `cc-${IDS}-01.more`],
    ['a later version with a third flag digit', `cc-${IDS}-010`],
    ['two headers', `00-${IDS}-01, 00-${IDS}-01`],
    ['two headers without a space', `00-${IDS}-01,00-${IDS}-01`],
    ['two headers of a later version', `cc-${IDS}-01-x, cc-${IDS}-01-x`],
    ['an empty second header', `00-${IDS}-01, `],
    ['a line end', `00-${IDS}-01\n`],
    ['a carriage return', `\r\n00-${IDS}-01`],
    ['a no-break space', `00-${IDS}-01\u00a0`],
    ['a prohibitively large header', `01-${IDS}-01-${'x'.repeat(513 - 56)}`],
  ])('refuses %s', (_, header) => {
    expect(parseTraceparent(header)).toBeUndefined()
  })

  it('never throws, and accepts nothing that it would not write again', () => {
    const shaped = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefF-, \t.\r'),
      maxLength: 70,
    })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shaped), (header) => {
        const span = parseTraceparent(header)
        if (span !== undefined) expect(formatTraceparent(span)).toBeDefined()
      }),
    )
  })

  it('takes time that grows no faster than the header', () => {
    const inputs = [
      (size: number) => `01-${IDS}-01-${'x'.repeat(size)}`,
      (size: number) => ' '.repeat(size),
      (size: number) => '00-'.repeat(size / 3),
    ]
    for (const make of inputs) expect(growth(parseTraceparent, make, 50, 9)).toBeLessThan(30)
    // Refused by its length alone: a million characters cost no more than one.
    expect(growth(parseTraceparent, (size) => ' '.repeat(size), 1000, 1000)).toBeLessThan(30)
  })
})

describe('formatTraceparent', () => {
  it('writes version 00', () => {
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 1 })).toBe(`00-${IDS}-01`)
  })

  it('clears unknown flags', () => {
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 0xff })).toBe(
      `00-${IDS}-03`,
    )
  })

  it.each([
    ['a trace id of zeros', '0'.repeat(32), SPAN],
    ['a span id of zeros', TRACE, '0'.repeat(16)],
    ['an upper-case id', TRACE.toUpperCase(), SPAN],
    ['a short trace id', TRACE.slice(1), SPAN],
    ['a long span id', TRACE, `${SPAN}0`],
    ['a span id with further fields', TRACE, `${SPAN}-01-x`],
    ['a line end', TRACE, `${SPAN.slice(1)}\n`],
    ['empty ids', '', ''],
  ])('writes nothing for %s', (_, traceId, spanId) => {
    expect(formatTraceparent({ traceId, spanId, traceFlags: 1 })).toBeUndefined()
  })

  it('is undone by parseTraceparent', () => {
    const hex = (length: number) =>
      fc.string({
        unit: fc.constantFrom(...'0123456789abcdef'),
        minLength: length,
        maxLength: length,
      })
    const id = (length: number) => hex(length).filter((text) => !/^0+$/.test(text))
    fc.assert(
      fc.property(id(32), id(16), fc.nat(255), (traceId, spanId, traceFlags) => {
        const header = formatTraceparent({ traceId, spanId, traceFlags })
        expect(header).toHaveLength(55)
        expect(parseTraceparent(header ?? '')).toEqual({
          traceId,
          spanId,
          traceFlags: traceFlags & 3,
          isRemote: true,
        })
      }),
    )
  })
})
