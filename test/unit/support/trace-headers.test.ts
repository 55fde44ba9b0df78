import { describe, expect, it } from 'vitest'
import { readTraceparent, readTracestate } from '../../support/trace-headers.ts'

const traceId = '12345678901234567890123456789012'
const parentId = '1234567890123456'
const valid = `00-${traceId}-${parentId}-03`

describe('readTraceparent', () => {
  it('takes a valid header apart, whatever the case of its name', () => {
    expect(readTraceparent([['TraceParent', valid]])).toEqual({ traceId, parentId, flags: 3 })
  })

  it.each([
    ['no header', []],
    ['two headers', [valid, valid]],
    ['a higher version', [valid.replace('00-', '01-')]],
    ['upper-case hexadecimal', [valid.replace('-03', '-0A')]],
    ['a zero trace id', [valid.replace(traceId, '0'.repeat(32))]],
    ['a zero parent id', [valid.replace(`-${parentId}-`, `-${'0'.repeat(16)}-`)]],
    ['a field too many', [`${valid}-1`]],
    ['a joined header', [`${valid}, ${valid}`]],
  ])('refuses %s', (_, values) => {
    const headers = values.map((value): [string, string] => ['traceparent', value])
    expect(() => readTraceparent(headers)).toThrow('it must have one traceparent')
  })
})

describe('readTracestate', () => {
  it('joins headers in order and keeps the first of equal keys', () => {
    const headers: [string, string][] = [
      ['tracestate', 'foo=1 ,\tbar= 2,,'],
      ['x-other', 'no=1'],
      ['TraceState', 'baz=3,foo=4'],
    ]
    expect([...readTracestate(headers)]).toEqual([
      ['foo', '1'],
      ['bar', ' 2'],
      ['baz', '3'],
    ])
  })

  it('has no members without a header', () => {
    expect(readTracestate([]).size).toBe(0)
  })

  it.each([
    'foo',
    'foo=',
    'foo=1=2',
    'Foo=1',
    '@foo=1',
    '=1',
    'foo =1',
    'foo=\u00e9',
    `${'z'.repeat(257)}=1`,
    `foo=${'v'.repeat(257)}`,
  ])('refuses %s', (value) => {
    expect(() => readTracestate([['tracestate', value]])).toThrow('malformed member')
  })
})
