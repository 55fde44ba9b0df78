import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { beforeAll, expect, it } from 'vitest'
import { carriedContext, carry, isCarried } from '../../../src/context/carried.ts'
import { W3CPropagator } from '../../../src/context/propagator.ts'

const KEY = 'hono-observability:context'
const WRITER = 'hono-observability:writer'

const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
const context = trace.setSpanContext(ROOT_CONTEXT, span)
const traceparent = `00-${span.traceId}-${span.spanId}-01`
const writer = (): void => {}

beforeAll(() => {
  propagation.setGlobalPropagator(new W3CPropagator(['tracecontext', 'baggage']))
})

it('a context as an argument comes out as it went in', () => {
  const carried = carry(context)
  expect(isCarried(carried)).toBe(true)
  expect(trace.getSpanContext(carriedContext(ROOT_CONTEXT, carried))).toMatchObject(span)
})

it('no argument is made where there is nothing to send', () => {
  expect(carry(ROOT_CONTEXT)).toBeUndefined()
})

it.each<[string, unknown]>([
  ['null', null],
  ['text', 'text'],
  ['an empty object', {}],
  ['what JSON can bring', { [KEY]: { traceparent }, [WRITER]: 'x' }],
  ['what an older version sent', { [KEY]: { traceparent } }],
  ['a map without a function', { [KEY]: new Map([['traceparent', traceparent]]), [WRITER]: {} }],
  ['a map alone', { [KEY]: new Map([['traceparent', traceparent]]) }],
  ['a function without a map', { [KEY]: { traceparent }, [WRITER]: writer }],
  [
    'one with more in it',
    { [KEY]: new Map([['traceparent', traceparent]]), [WRITER]: writer, more: 1 },
  ],
  [
    'one that inherits it',
    Object.create({ [KEY]: new Map([['traceparent', traceparent]]), [WRITER]: writer }),
  ],
  ['one within another', { value: { [KEY]: new Map(), [WRITER]: writer } }],
])('an argument that we did not write is none of ours: %s', (_name, value) => {
  expect(isCarried(value)).toBe(false)
  expect(carriedContext(context, value)).toBe(context)
})

it.each([
  [[['traceparent', 7]]],
  [[['traceparent', { replace: 'x' }]]],
  [
    [
      ['traceparent', 'nonsense'],
      ['tracestate', []],
    ],
  ],
  [[['baggage', {}]]],
  [[[{}, 'x']]],
])('a context that makes no sense, %j, is none', (entries) => {
  const read = carriedContext(ROOT_CONTEXT, { [KEY]: new Map(entries as never), [WRITER]: writer })
  expect(trace.getSpanContext(read)).toBeUndefined()
  expect(propagation.getBaggage(read)).toBeUndefined()
})
