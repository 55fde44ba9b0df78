import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { beforeAll, expect, it } from 'vitest'
import {
  carriedContext,
  carry,
  disclose,
  enclose,
  isCarried,
} from '../../../src/context/carried.ts'
import { W3CPropagator } from '../../../src/context/propagator.ts'

const KEY = 'hono-observability:context'

const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
const context = trace.setSpanContext(ROOT_CONTEXT, span)

beforeAll(() => {
  propagation.setGlobalPropagator(new W3CPropagator(['tracecontext', 'baggage']))
})

it('a context and a value come out as they went in', () => {
  const value = { order: 7 }
  const enclosed = enclose(context, value)
  expect(isCarried(enclosed)).toBe(true)
  expect(disclose(enclosed)).toBe(value)
  expect(trace.getSpanContext(carriedContext(ROOT_CONTEXT, enclosed))).toMatchObject(span)
})

it('a value that JSON drops is missing afterwards, and so undefined again', () => {
  const sent = JSON.parse(JSON.stringify(enclose(context, undefined)))
  expect(disclose(sent)).toBeUndefined()
  expect(disclose(carry(context))).toBeUndefined()
})

it('nothing is added where there is nothing to send', () => {
  expect(carry(ROOT_CONTEXT)).toBeUndefined()
  expect(enclose(ROOT_CONTEXT, 'a')).toBe('a')
})

it.each([
  [null],
  ['text'],
  [{}],
  [{ [KEY]: null, value: 1 }],
  [{ [KEY]: 'text', value: 1 }],
  [Object.create({ [KEY]: {} })],
])('%j is a value like any other', (value) => {
  expect(isCarried(value)).toBe(false)
  expect(disclose(value)).toBe(value)
  expect(carriedContext(context, value)).toBe(context)
})

it.each([
  [{ traceparent: 7 }],
  [{ traceparent: { replace: 'x' } }],
  [{ traceparent: 'nonsense', tracestate: [] }],
  [{ baggage: {} }],
])('a context that makes no sense, %j, is none', (carrier) => {
  const read = carriedContext(ROOT_CONTEXT, { [KEY]: carrier })
  expect(trace.getSpanContext(read)).toBeUndefined()
  expect(propagation.getBaggage(read)).toBeUndefined()
})
