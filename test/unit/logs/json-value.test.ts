import { describe, expect, it } from 'vitest'
import { fieldsOf } from './outputs.ts'

const fail = (): never => {
  throw new Error('trap')
}
const deep = (levels: number): unknown => (levels ? { d: deep(levels - 1) } : 'end')

const loop: Record<string, unknown> = { name: 'loop' }
loop.self = loop
loop.list = [loop]

const shared = { x: 1 }

describe('values in fields', () => {
  it.each<[string, unknown, unknown]>([
    ['a text', 'a', 'a'],
    ['a number', 1.5, 1.5],
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['a boolean', false, false],
    ['null', null, null],
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', fail, '[Function]'],
    ['undefined in a list', [undefined, 1], [null, 1]],
    ['undefined in an object', { a: undefined, b: 1 }, { b: 1 }],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map([['b', 3]])],
      ]),
      { a: 1, 2: { b: 3 } },
    ],
    ['a Set', new Set([1, 'b']), [1, 'b']],
    ['a typed array', new Uint8Array(3), '[3 bytes]'],
    ['a DataView', new DataView(new ArrayBuffer(4)), '[4 bytes]'],
    ['a URL', new URL('https://a.example/b'), 'https://a.example/b'],
    ['Headers', new Headers({ accept: '*/*' }), { accept: '*/*' }],
    ['a boxed text', new String('b'), 'b'],
    [
      'an instance of a class',
      new (class Point {
        x = 1
        get y() {
          return 2
        }
      })(),
      { x: 1 },
    ],
    ['an empty object', {}, {}],
    ['an empty list', [], []],
    ['holes in a list', Object.assign(new Array(3), { 0: 1, 2: 3 }), [1, null, 3]],
    ['what refers to itself', loop, { name: 'loop', self: '[Circular]', list: ['[Circular]'] }],
    ['what occurs twice', [shared, shared], [{ x: 1 }, { x: 1 }]],
    [
      'a getter that throws',
      {
        get bad() {
          return fail()
        },
        good: 1,
      },
      { bad: '[Unreadable]', good: 1 },
    ],
    ['a toJSON that throws', { toJSON: fail }, '[Unreadable]'],
    [
      'a toJSON that returns its object',
      {
        toJSON() {
          return this
        },
      },
      '[Circular]',
    ],
    ['a proxy that throws', new Proxy({}, { ownKeys: fail }), '[Unreadable]'],
    ['a lone surrogate', 'a\ud800', 'a\ufffd'],
    ['a lone surrogate in a key', { '\udc00': 1 }, { '\ufffd': 1 }],
  ])('writes %s', (_, value, expected) => {
    expect(fieldsOf({ value })).toEqual({ value: expected })
  })

  it('treats the key __proto__ as any other', () => {
    const fields = JSON.parse('{"__proto__":{"a":1},"inner":{"__proto__":2,"constructor":3}}')
    const written = fieldsOf(fields)
    expect(Object.keys(written)).toEqual(['__proto__', 'inner'])
    expect(JSON.stringify(written)).toBe(JSON.stringify(fields))
    expect(({} as { a?: number }).a).toBeUndefined()
  })

  it('stops at a depth', () => {
    expect(JSON.stringify(fieldsOf({ value: deep(15) }))).toContain('"end"')
    const text = JSON.stringify(fieldsOf({ value: deep(1000) }))
    expect(text).toContain('[Too deep]')
    expect(text.length).toBeLessThan(300)
  })

  it('survives fields that cannot be listed', () => {
    expect(fieldsOf(new Proxy({}, { ownKeys: fail }))).toEqual({ '…': '[Unreadable]' })
    expect(
      fieldsOf({
        get a() {
          return fail()
        },
        b: 1,
      }),
    ).toEqual({ a: '[Unreadable]', b: 1 })
  })

  it('does not read on without end', () => {
    const endless = {
      get: () => 1,
      *entries() {
        for (let i = 0; ; i++) yield [i, i]
      },
    }
    expect(fieldsOf({ endless, after: 1 })).toMatchObject({ after: 1 })
  })

  it('escapes every character that has to be, in short texts too', () => {
    const characters = [
      ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
      '\u2028',
      '\u2029',
    ]
    for (const character of [...characters, '\ud800', '\udfff', '\ufffe']) {
      const text = `a${character}b`
      expect(fieldsOf({ text, [text]: 1 })).toEqual({
        text: text.toWellFormed(),
        [text.toWellFormed()]: 1,
      })
    }
  })

  it('writes errors with class, message, stack, code and causes', () => {
    class PaymentError extends Error {
      code = 'E_PAY'
    }
    const cause = new TypeError('inner')
    const { error } = fieldsOf({ error: new PaymentError('outer', { cause }) }) as {
      error: Record<string, unknown>
    }
    expect(error).toEqual({
      'exception.type': 'PaymentError',
      'exception.message': 'outer',
      'exception.stacktrace': expect.stringContaining('Error: outer\n'),
      'exception.code': 'E_PAY',
      'exception.cause': expect.stringContaining('TypeError: inner\n'),
    })
  })

  it('writes an error that causes itself', () => {
    const error = new Error('a')
    error.cause = error
    expect(fieldsOf({ error })).toMatchObject({ error: { 'exception.cause': '[Circular]' } })
  })

  it('writes fields that log while they are read', () => {
    const inner = {
      get a() {
        return JSON.stringify(fieldsOf({ n: [1, { b: 2 }] }))
      },
    }
    expect(fieldsOf({ inner, after: { c: 3 } })).toEqual({
      inner: { a: '{"n":[1,{"b":2}]}' },
      after: { c: 3 },
    })
  })
})
