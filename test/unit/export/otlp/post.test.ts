import { afterEach, describe, expect, it } from 'vitest'
import { protobuf } from '../../../../src/entries/protobuf.ts'
import { json } from '../../../../src/export/json/json.ts'
import type { Payload } from '../../../../src/export/otlp/payload.ts'
import { post } from '../../../../src/export/otlp/post.ts'
import { parseRetryAfter } from '../../../../src/export/otlp/retry-after.ts'
import type { SignalDestination } from '../../../../src/export/otlp/signal-destination.ts'
import { type Answer, type Sink, startSink } from '../../../support/otlp-sink.ts'

let sink: Sink | undefined

const JSON_TRACES: SignalDestination = {
  url: '',
  headers: {},
  timeoutMs: 1000,
  encoding: json,
  compression: 'none',
}

afterEach(async () => {
  await sink?.close()
  sink = undefined
})

const send = async (answer: Answer, timeoutMs = 1000) => {
  sink = await startSink({ respond: () => answer })
  return post(
    { ...JSON_TRACES, url: `${sink.url}/v1/traces`, headers: { 'x-key': 'k' }, timeoutMs },
    { body: '{"resourceSpans":[]}', contentType: json.contentType },
    fetch,
  )
}

const partial = (body: object): Answer => ({ body: JSON.stringify({ partialSuccess: body }) })

describe('an export request', () => {
  it('is a POST of JSON with our agent and the headers configured', async () => {
    await send({})
    expect(sink?.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/traces',
      headers: { 'content-type': 'application/json', 'x-key': 'k' },
    })
    expect(sink?.requests[0]?.headers['user-agent']).toMatch(
      /^OTel-OTLP-Exporter-hono-observability\/\d/,
    )
  })
})

describe('a large request', () => {
  it('is not compressed unless that is asked for', async () => {
    sink = await startSink()
    const body = '{"resourceSpans":[]}'.repeat(1000)
    await post(
      { ...JSON_TRACES, url: `${sink.url}/v1/traces` },
      { body, contentType: json.contentType },
      fetch,
    )
    const [request] = sink.requests
    expect(request?.headers['content-encoding']).toBe(undefined)
    expect(request?.rawBody.toString()).toBe(body)
  })
})

describe('a request in protobuf', () => {
  const sendBinary = async (
    answer: Answer,
    payload: Payload = { body: new Uint8Array(), contentType: protobuf.contentType },
  ) => {
    sink ??= await startSink()
    sink.respond = () => answer
    const url = `${sink.url}/v1/traces`
    const headers = { 'content-type': 'text/plain', 'x-key': 'k' }
    return post(
      { ...JSON_TRACES, url, headers, encoding: protobuf, compression: 'gzip' },
      payload,
      fetch,
    )
  }

  it('says so, whatever headers are configured', async () => {
    await sendBinary({})
    expect(sink?.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-key': 'k',
    })
    expect(sink?.requests[0]?.headers['content-encoding']).toBe(undefined)
  })

  it('is compressed when it is large, and only once for all attempts', async () => {
    const body = new TextEncoder().encode('{"a":1}'.repeat(1000))
    const payload: Payload = { body, contentType: protobuf.contentType }
    expect(await sendBinary({ status: 503 }, payload)).toMatchObject({ kind: 'retry' })
    const sent = payload.body
    expect(await sendBinary({}, payload)).toMatchObject({ kind: 'accepted' })
    expect(payload.body).toBe(sent)
    for (const request of sink?.requests ?? []) {
      expect(request.headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-length': String(sent.length),
      })
      expect(request.rawBody.length).toBeLessThan(body.length / 10)
      expect(new Uint8Array(request.body)).toEqual(body)
    }
    expect(sink?.requests).toHaveLength(2)
  })

  // ExportTraceServiceResponse { partial_success: { rejected_spans: 3, error_message: "no" } }
  const PARTIAL = Uint8Array.of(0x0a, 6, 0x08, 3, 0x12, 2, 0x6e, 0x6f)
  const REJECTED = { kind: 'accepted', rejected: 3, message: 'no' }

  it.each<[string, Answer, object]>([
    ['protobuf', { body: PARTIAL }, REJECTED],
    ['nothing', {}, { kind: 'accepted', rejected: 0 }],
    ['garbage', { body: 'x'.repeat(70_000) }, { kind: 'accepted', rejected: 0 }],
    [
      'JSON',
      {
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}',
      },
      REJECTED,
    ],
  ])('understands an answer of %s', async (_, answer, outcome) => {
    const headers = { 'content-type': 'application/x-protobuf', ...answer.headers }
    expect(await sendBinary({ ...answer, headers })).toEqual(outcome)
  })
})

describe('an answer', () => {
  const ACCEPTED = { kind: 'accepted', rejected: 0 }

  it.each<[string, Answer, object]>([
    ['200', {}, ACCEPTED],
    ['200 with garbage', { body: '\u0000<html>partialSuccess' }, ACCEPTED],
    ['200 with an empty body', { body: '' }, ACCEPTED],
    ['200 with 5 MB', { bodyBytes: 5_000_000 }, ACCEPTED],
    ['200 that breaks off', { bodyBytes: 5000, reset: 'mid-body' }, ACCEPTED],
    ['partial success', partial({ rejectedSpans: '3' }), { kind: 'accepted', rejected: 3 }],
    [
      'a warning',
      partial({ rejectedSpans: 0, errorMessage: 'slow down' }),
      { kind: 'accepted', rejected: 0, message: 'slow down' },
    ],
    ['hostile partial success', partial({ rejectedSpans: -5, errorMessage: {} }), ACCEPTED],
    ['null partial success', { body: '{"partialSuccess":null}' }, ACCEPTED],
    ['400', { status: 400 }, { kind: 'refused', reason: 'http_400' }],
    ['401', { status: 401 }, { kind: 'refused', reason: 'http_401' }],
    ['500', { status: 500 }, { kind: 'refused', reason: 'http_500' }],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      { kind: 'refused', reason: 'http_307' },
    ],
    ['429', { status: 429 }, { kind: 'retry', reason: 'http_429', ambiguous: false }],
    ['502', { status: 502 }, { kind: 'retry', reason: 'http_502', ambiguous: true }],
    ['503', { status: 503 }, { kind: 'retry', reason: 'http_503', ambiguous: false }],
    ['504', { status: 504 }, { kind: 'retry', reason: 'http_504', ambiguous: true }],
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'http_429', ambiguous: false, afterMs: 3000 },
    ],
    [
      '503 with nonsense',
      { status: 503, headers: { 'retry-after': 'soon' } },
      { kind: 'retry', reason: 'http_503', ambiguous: false },
    ],
    ['a reset', { reset: 'before headers' }, { kind: 'retry', reason: 'network', ambiguous: true }],
  ])('of %s is understood', async (_name, answer, expected) => {
    expect(await send(answer)).toEqual(expected)
  })

  it('with a date as Retry-After is understood', async () => {
    const date = new Date(Date.now() + 5000).toUTCString()
    const outcome = await send({ status: 503, headers: { 'retry-after': date } })
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'http_503', ambiguous: false })
    expect((outcome as { afterMs: number }).afterMs).toBeGreaterThan(3000)
    expect((outcome as { afterMs: number }).afterMs).toBeLessThanOrEqual(5000)
  })

  it('that never comes is a time-out', async () => {
    expect(await send({ never: true }, 50)).toEqual({
      kind: 'retry',
      reason: 'timeout',
      ambiguous: true,
    })
  })

  it('that trickles is cut at the time-out, and its status counts', async () => {
    const started = performance.now()
    const outcome = await send({ bodyBytes: 1000, trickle: { bytes: 1, everyMs: 100 } }, 200)
    expect(outcome).toEqual({ kind: 'accepted', rejected: 0 })
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('cannot come from where nobody listens, and so nothing can have arrived', async () => {
    const closed = await startSink()
    await closed.close()
    const destination = { ...JSON_TRACES, url: `${closed.url}/v1/traces` }
    expect(await post(destination, { body: '{}', contentType: json.contentType }, fetch)).toEqual({
      kind: 'retry',
      reason: 'network',
      ambiguous: false,
    })
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T07:00:00Z')

  it.each<[string | null, number | undefined]>([
    ['0', 0],
    ['120', 120_000],
    ['99999999999', 600_000],
    ['Sat, 21 Nov 2026 07:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2020 07:00:30 GMT', 0],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['later', undefined],
    ['9'.repeat(1_000_000), undefined],
    [null, undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected)
  })
})
