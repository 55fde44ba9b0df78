import { expect, it } from 'vitest'
import { decodeJson, OtlpError } from '../../support/otlp-decoder.ts'
import { logsRequest, metricsRequest, type SpanBody, traceRequest } from './otlp-bodies.ts'

/** The text of a good request after one change to its span. */
function withSpan(change: (span: SpanBody) => void): string {
  const request = traceRequest()
  change(request.resourceSpans[0]?.scopeSpans[0]?.spans[0] as SpanBody)
  return JSON.stringify(request)
}

function withFields(fields: Record<string, unknown>): string {
  return withSpan((body) => Object.assign(body, fields))
}

function withValue(value: unknown): string {
  return withFields({ attributes: [{ key: 'a', value }] })
}

function withMetric(metric: Record<string, unknown>): string {
  return JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })
}

function withExemplar(exemplar: Record<string, unknown>): string {
  return withMetric({ name: 'a', gauge: { dataPoints: [{ asInt: '1', exemplars: [exemplar] }] } })
}

const id = '5b8efff798038103d269b633813fc60c'
const gauge = { dataPoints: [{ timeUnixNano: '1', asInt: '1' }] }
it.each([
  ['text that is not JSON', 'traces', '{"resourceSpans":'],
  ['an array', 'traces', '[]'],
  ['an empty object', 'traces', '{}'],
  ['another signal', 'traces', JSON.stringify(logsRequest())],
  ['no resource spans', 'traces', '{"resourceSpans":[]}'],
  ['no scope spans', 'traces', '{"resourceSpans":[{"scopeSpans":[]}]}'],
  ['no spans', 'traces', '{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}'],
  ['missing spans', 'traces', '{"resourceSpans":[{"scopeSpans":[{}]}]}'],
  ['a repeated name', 'traces', withSpan(() => {}).replace('"kind":2', '"kind":2,"kind":2')],
  ['a top-level field too many', 'traces', JSON.stringify({ ...traceRequest(), extra: 1 })],
  ['an unknown field', 'traces', withFields({ colour: 'red' })],
  ['a snake_case field', 'traces', withFields({ trace_state: 'a=1' })],
  ['a field named __proto__', 'traces', withSpan(() => {}).replace('"kind":2', '"__proto__":{}')],
  ['an enum name', 'traces', withFields({ kind: 'SPAN_KIND_SERVER' })],
  ['an enum as a string', 'traces', withFields({ kind: '2' })],
  ['a kind out of range', 'traces', withFields({ kind: 6 })],
  ['a status out of range', 'traces', withFields({ status: { code: 3 } })],
  ['a null', 'traces', withFields({ parentSpanId: null })],
  ['a null attribute', 'traces', withValue(null)],
  ['a null double', 'traces', withValue({ doubleValue: null })],
  ['a time as a number', 'traces', withFields({ endTimeUnixNano: 1 })],
  ['a time with a fraction', 'traces', withFields({ endTimeUnixNano: '1.5' })],
  ['a time with an exponent', 'traces', withFields({ endTimeUnixNano: '1e18' })],
  ['a time with a leading zero', 'traces', withFields({ endTimeUnixNano: '01' })],
  ['a negative time', 'traces', withFields({ endTimeUnixNano: '-1' })],
  ['a time beyond 64 bits', 'traces', withFields({ endTimeUnixNano: '18446744073709551616' })],
  ['an integer as a number', 'traces', withValue({ intValue: 5 })],
  ['an integer beyond 64 bits', 'traces', withValue({ intValue: '9223372036854775808' })],
  ['a count as a string', 'traces', withFields({ droppedAttributesCount: '3' })],
  ['a negative count', 'traces', withFields({ droppedAttributesCount: -1 })],
  ['a fractional count', 'traces', withFields({ droppedAttributesCount: 0.5 })],
  ['flags as a string', 'traces', withFields({ flags: '1' })],
  ['flags beyond 32 bits', 'traces', withFields({ flags: 2 ** 32 })],
  ['a missing trace id', 'traces', withSpan((body) => delete body.traceId)],
  ['an empty span id', 'traces', withFields({ spanId: '' })],
  ['an upper-case id', 'traces', withFields({ traceId: id.toUpperCase() })],
  ['a base64 id', 'traces', withFields({ traceId: 'W47/95gDgQPSabYzgT/GDA==' })],
  ['a short id', 'traces', withFields({ traceId: id.slice(2) })],
  ['a long parent id', 'traces', withFields({ parentSpanId: id })],
  ['a link without a span id', 'traces', withFields({ links: [{ traceId: id }] })],
  ['NaN by another name', 'traces', withValue({ doubleValue: 'nan' })],
  ['Infinity by another name', 'traces', withValue({ doubleValue: 'Inf' })],
  ['a double as a string', 'traces', withValue({ doubleValue: '0.5' })],
  ['a double too large to hold', 'traces', withValue({ doubleValue: 5 }).replace(':5}', ':1e400}')],
  ['a boolean as a string', 'traces', withValue({ boolValue: 'true' })],
  ['a string as a number', 'traces', withValue({ stringValue: 5 })],
  ['a lone surrogate', 'traces', withValue({ stringValue: '\ud800' })],
  ['bytes that are not base64', 'traces', withValue({ bytesValue: '!!!!' })],
  ['bytes in base64url', 'traces', withValue({ bytesValue: 'AAEC_w==' })],
  ['bytes without padding', 'traces', withValue({ bytesValue: 'AAEC/w' })],
  ['a value of two types', 'traces', withValue({ stringValue: 'a', intValue: '1' })],
  [
    'a body of two types',
    'logs',
    JSON.stringify(logsRequest()).replace('"body":{', '"body":{"boolValue":true,'),
  ],
  ['a bare value', 'traces', withValue('a')],
  ['an attribute map', 'traces', withFields({ attributes: { a: 1 } })],
  ['a missing key', 'traces', withSpan((body) => body.attributes.push({ value: {} } as never))],
  ['a repeated key', 'traces', withSpan((body) => body.attributes.push({ key: 'yes', value: {} }))],
  [
    'a repeated nested key',
    'traces',
    withValue({ kvlistValue: { values: [{ key: 'a' }, { key: 'a' }] } }),
  ],
  [
    'a severity out of range',
    'logs',
    JSON.stringify(logsRequest()).replace('Number":17', 'Number":25'),
  ],
  [
    'an event name that is no string',
    'logs',
    JSON.stringify(logsRequest()).replace('"http.server.request.exception"', '5'),
  ],
  ['no scope logs', 'logs', '{"resourceLogs":[{}]}'],
  ['no log records', 'logs', '{"resourceLogs":[{"scopeLogs":[{}]}]}'],
  ['an exemplar without a value', 'metrics', withExemplar({ timeUnixNano: '1' })],
  ['an exemplar with two values', 'metrics', withExemplar({ asInt: '1', asDouble: 1 })],
  ['a metric without data', 'metrics', withMetric({ name: 'a' })],
  ['a metric of two types', 'metrics', withMetric({ name: 'a', gauge, summary: gauge })],
  ['a metric without points', 'metrics', withMetric({ name: 'a', gauge: { dataPoints: [] } })],
  ['a sum without temporality', 'metrics', withMetric({ name: 'a', sum: gauge })],
  [
    'a point with two values',
    'metrics',
    withMetric({ name: 'a', gauge: { dataPoints: [{ asInt: '1', asDouble: 1 }] } }),
  ],
  ['a point without a value', 'metrics', withMetric({ name: 'a', gauge: { dataPoints: [{}] } })],
  [
    'a bucket count as a number',
    'metrics',
    JSON.stringify(metricsRequest()).replace('["1","2"]', '[1,2]'),
  ],
] as const)('refuses %s', (_, signal, body) => {
  expect(() => decodeJson(signal, body)).toThrow(OtlpError)
})

it('refuses bytes that are not UTF-8', () => {
  const body = Buffer.from(withValue({ stringValue: 'é' }), 'latin1')
  expect(() => decodeJson('traces', body)).toThrow('must be UTF-8')
})
