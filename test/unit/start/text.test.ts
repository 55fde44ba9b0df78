import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cells, clean, pad, shorten } from '../../../scripts/start/text.ts'

describe('clean', () => {
  it('takes the escape out of terminal sequences', () => {
    expect(clean('a\u001b[31mred')).toBe('a\u{fffd}[31mred')
    expect(clean('\u009b2Jgone')).toBe('\u{fffd}2Jgone')
  })

  it('takes out what reverses or hides text', () => {
    expect(clean('a\u202eb\u200bc')).toBe('a\u{fffd}b\u{fffd}c')
  })

  it('puts lines and tabs on one line', () => {
    expect(clean('one\r\n\ttwo')).toBe('one two')
  })

  it('leaves printable text of any script alone', () => {
    expect(clean('Größe 注文 🛒')).toBe('Größe 注文 🛒')
  })
})

describe('cells', () => {
  it('counts wide characters twice and combining ones not at all', () => {
    expect(cells('abc')).toBe(3)
    expect(cells('注文')).toBe(4)
    expect(cells('e\u0301')).toBe(1)
  })
})

describe('shorten', () => {
  it('keeps what fits and marks what it cuts', () => {
    expect(shorten('orders', 6)).toBe('orders')
    expect(shorten('orders', 5)).toBe('orde…')
    expect(shorten('orders', 0)).toBe('')
  })

  it('never cuts a wide character in half', () => {
    expect(shorten('注文注文', 4)).toBe('注…')
  })
})

describe('pad', () => {
  it('is exactly as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
        expect(cells(pad(text, width))).toBe(width)
      }),
    )
  })
})
