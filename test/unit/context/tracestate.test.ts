import { createTraceState as createApiTraceState } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTraceState, formatTraceState } from '../../../src/context/tracestate.ts'
import { growth } from './growth.ts'

const KEY_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/@'
const VALUE_CHARACTERS = Array.from({ length: 0x7f - 0x20 }, (_, i) =>
  String.fromCharCode(0x20 + i),
).filter((c) => c !== ',' && c !== '=')

const list = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=${i}`).join(',')

/** What is sent on for a received header. */
const forward = (header: string) => createTraceState(header).serialize()

describe('createTraceState', () => {
  it.each([
    ['one member', 'rojo=00f067aa0ba902b7'],
    ['two members', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['every legal character', `${KEY_CHARACTERS}=${VALUE_CHARACTERS.join('')}`],
    ['a key that begins with a digit', '1a=1'],
    ['an at sign at the end', 'foo@=1'],
    ['several at signs', 'foo@@bar@baz=1'],
    ['a key of 256 characters', `${'z'.repeat(256)}=1`],
    ['242 characters before an at sign', `${'t'.repeat(242)}@v=1`],
    ['15 characters after an at sign', `t@${'v'.repeat(15)}=1`],
    ['a value of 256 characters', `a=${'v'.repeat(256)}`],
    ['spaces at the start of a value', 'a=  v,b= w'],
    ['spaces within a value', 'a=v  w'],
    ['32 members', list(32)],
    ['more than 512 characters', `a=${'v'.repeat(256)},b=${'v'.repeat(256)},c=${'v'.repeat(256)}`],
  ])('carries %s unchanged', (_, header) => {
    expect(forward(header)).toBe(header)
  })

  it.each([
    ['spaces and tabs around members', 'foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
    ['spaces and tabs around the list', '\t foo=1 \t', 'foo=1'],
    ['trailing spaces of a value', 'foo=1  ,bar=2', 'foo=1,bar=2'],
    ['empty members', ',foo=1,,bar=2, \t ,', 'foo=1,bar=2'],
    ['empty members beyond 32', `${list(32)},,,`, list(32)],
    ['a later member of the same key', 'foo=1,bar=2,foo=3', 'foo=1,bar=2'],
  ])('leaves out %s', (_, header, sent) => {
    expect(forward(header)).toBe(sent)
  })

  it.each([
    ['a member without a value', 'foo'],
    ['an empty value', 'foo=,bar=2'],
    ['a value of spaces', 'foo=   ,bar=2'],
    ['an empty key', '=1,bar=2'],
    ['a space after the key', 'foo =1,bar=2'],
    ['a tab in a value', 'foo=1\t2,bar=2'],
    ['a second equals sign', 'foo=bar=baz,bar=2'],
    ['an upper-case key', 'FOO=1,bar=2'],
    ['a full stop in a key', 'foo.bar=1,bar=2'],
    ['an at sign at the start', '@foo=1,bar=2'],
    ['an underscore at the start', '_foo=1,bar=2'],
    ['a key of 257 characters', `bar=2,${'z'.repeat(257)}=1`],
    ['a value of 257 characters', `bar=2,z=${'v'.repeat(257)}`],
    ['33 members', list(33)],
    ['33 members of one key', Array.from({ length: 33 }, () => 'a=1').join(',')],
    ['a control character', 'foo=1\u007f,bar=2'],
    ['a line end', 'foo=1\r\n,bar=2'],
    ['a letter outside ASCII', 'foo=é,bar=2'],
    ['a no-break space around a member', '\u00a0foo=1,bar=2'],
    ['more than 8192 characters', `a=1,${' '.repeat(8189)}`],
  ])('carries nothing of a list with %s', (_, header) => {
    const state = createTraceState(header)
    expect(state.serialize()).toBe('')
    expect([state.get('foo'), state.get('bar'), state.get('a')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('carries a list of 8192 characters', () => {
    expect(forward(`a=1,${' '.repeat(8188)}`)).toBe('a=1')
  })

  it('is empty without a header', () => {
    expect(createTraceState().serialize()).toBe('')
    expect(createTraceState('').get('a')).toBeUndefined()
  })

  it('never throws, and what it sends is legal and sent on unchanged', () => {
    const shaped = fc.string({ unit: fc.constantFrom(...'ab@1=, \tA\u00e9\r\n_'), maxLength: 60 })
    const legal = /^(?:[a-z\d][a-z\d_\-*/@]*=[ -+\--<>-~]*[!-+\--<>-~](?:,(?!$)|$))*$/
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shaped), (header) => {
        const sent = forward(header)
        expect(sent).toMatch(legal)
        expect(forward(sent)).toBe(sent)
      }),
    )
  })

  it('takes time that grows no faster than the header', () => {
    const inputs = [
      (size: number) => `a=b${' '.repeat(size)}\t\u007f`,
      (size: number) => `a=1,${' '.repeat(size)}b=1`,
      (size: number) => ','.repeat(size),
      (size: number) => `${'a'.repeat(size)}=1`,
      (size: number) => `a=${' '.repeat(size)}`,
    ]
    for (const make of inputs) expect(growth(forward, make, 500, 16)).toBeLessThan(80)
  })
})

describe('TraceState.get', () => {
  it('finds each value', () => {
    const state = createTraceState('foo=1, bar= 2,foo=3')
    expect([state.get('foo'), state.get('bar'), state.get('baz')]).toEqual(['1', ' 2', undefined])
  })

  it('finds nothing that only an object has', () => {
    expect(createTraceState('a=1').get('__proto__')).toBeUndefined()
    expect(createTraceState('a=1').get('constructor')).toBeUndefined()
    expect(createTraceState('constructor=1').get('constructor')).toBe('1')
  })
})

describe('TraceState.set', () => {
  it('puts a new member first', () => {
    expect(createTraceState('foo=1,bar=2').set('baz', '3').serialize()).toBe('baz=3,foo=1,bar=2')
  })

  it('moves a changed member first, without its duplicates', () => {
    expect(createTraceState('foo=1,bar=2,foo=3').set('foo', '4').serialize()).toBe('foo=4,bar=2')
    expect(createTraceState('foo=1,bar=2').set('bar', '3').serialize()).toBe('bar=3,foo=1')
  })

  it('pushes out the rightmost member beyond 32', () => {
    const sent = createTraceState(list(32)).set('new', 'x').serialize().split(',')
    expect(sent).toHaveLength(32)
    expect([sent[0], sent[1], sent[31]]).toEqual(['new=x', 'k0=0', 'k30=30'])
  })

  it('keeps all 32 members when it changes one of them', () => {
    const sent = createTraceState(list(32)).set('k31', 'x').serialize().split(',')
    expect(sent).toHaveLength(32)
    expect([sent[0], sent[31]]).toEqual(['k31=x', 'k30=30'])
  })

  it('leaves the original unchanged', () => {
    const state = createTraceState('foo=1')
    state.set('bar', '2')
    expect(state.serialize()).toBe('foo=1')
  })

  it('starts a list where the received one was malformed', () => {
    expect(createTraceState('@bad=1,foo=1').set('ot', 'th:8').serialize()).toBe('ot=th:8')
  })

  it.each([
    ['an upper-case key', 'Foo', '1'],
    ['an empty key', '', '1'],
    ['an equals sign in the key', 'a=b', '1'],
    ['a comma in the key', 'a=b,c', '1'],
    ['an empty value', 'a', ''],
    ['a value that ends with a space', 'a', '1 '],
    ['a comma in the value', 'a', '1,b=2'],
    ['an equals sign in the value', 'a', '1=2'],
    ['a line end in the value', 'a', '1\r\nx: y'],
    ['a value of 257 characters', 'a', 'v'.repeat(257)],
  ])('returns the same object for %s', (_, key, value) => {
    const state = createTraceState('foo=1')
    expect(state.set(key, value)).toBe(state)
  })
})

describe('TraceState.unset', () => {
  it('removes a member with its duplicates and leaves the original unchanged', () => {
    const state = createTraceState('foo=1,bar=2,foo=3')
    expect(state.unset('foo').serialize()).toBe('bar=2')
    expect(state.serialize()).toBe('foo=1,bar=2')
    expect(state.unset('absent').serialize()).toBe('foo=1,bar=2')
  })
})

describe('formatTraceState', () => {
  it('writes our own states', () => {
    expect(formatTraceState(createTraceState('foo=1, bar=2'))).toBe('foo=1,bar=2')
  })

  it('writes nothing for no state', () => {
    expect(formatTraceState(undefined)).toBe('')
  })

  it('checks the states of other libraries', () => {
    expect(formatTraceState(createApiTraceState('foo=1,bar=2'))).toBe('foo=1,bar=2')
    expect(formatTraceState(createApiTraceState().set('a', '1\r\nx: y'))).toBe('')
  })
})
