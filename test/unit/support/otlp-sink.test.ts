import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeRequest } from '../../support/otlp-messages.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { logsRequest, metricsRequest, traceRequest } from './otlp-bodies.ts'

let sink: Sink

beforeEach(async () => {
  sink = await startSink()
})

afterEach(async () => {
  await sink.close()
})

function post(path: string, body: string | Uint8Array, init: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...init.headers }
  return fetch(`${sink.url}${path}`, { ...init, method: 'POST', body: body as BodyInit, headers })
}

const traces = JSON.stringify(traceRequest())

describe('startSink', () => {
  it('records what it was sent and answers with a full success', async () => {
    const response = await post('/v1/traces', traces, { headers: { 'x-key': 'a' } })
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      '{}',
    ])
    expect(sink.requests).toHaveLength(1)
    expect(sink.requests[0]).toMatchObject({
      index: 0,
      method: 'POST',
      path: '/v1/traces',
      headers: { 'x-key': 'a' },
      text: traces,
      signal: 'traces',
      acknowledged: true,
    })
    expect(Math.abs((sink.requests[0]?.receivedAtMs ?? 0) - Date.now())).toBeLessThan(1000)
  })

  it('decodes all three signals', async () => {
    await post('/v1/traces', traces)
    await post('/v1/metrics', JSON.stringify(metricsRequest()))
    await post('/v1/logs', JSON.stringify(logsRequest()))
    expect(sink.spans().map((span) => span.name)).toEqual(['GET /orders/:id'])
    expect(sink.metrics()).toHaveLength(5)
    expect(sink.logRecords().map((record) => record.body)).toEqual(['order failed'])
  })

  it('decodes compressed bodies and keeps them as they came', async () => {
    const compressed = gzipSync(traces)
    await post('/v1/traces', compressed, { headers: { 'content-encoding': 'gzip' } })
    expect(sink.spans()).toHaveLength(1)
    expect(sink.requests[0]?.rawBody.equals(compressed)).toBe(true)
    expect(sink.requests[0]?.text).toBe(traces)
  })

  it('decodes protobuf and answers in kind', async () => {
    const request = { resourceSpans: [{ scopeSpans: [{ spans: [ids] }] }] }
    const response = await post('/v1/traces', encodeRequest('traces', request), {
      headers: { 'content-type': 'application/x-protobuf' },
    })
    expect(response.headers.get('content-type')).toBe('application/x-protobuf')
    expect(await response.text()).toBe('')
    expect(sink.spans()).toMatchObject([{ spanId: '0000000000000001' }])
  })

  it('throws from the reader when a body is not strict OTLP', async () => {
    await post('/v1/traces', traces.replace('"kind":2', '"kind":"SPAN_KIND_SERVER"'))
    expect(() => sink.spans()).toThrow('Cannot decode OTLP')
  })

  it('reads only what it acknowledged, unless asked for all', async () => {
    sink.respond = (_, index) => ({ status: index === 0 ? 503 : 202 })
    await post('/v1/traces', traces)
    expect(sink.spans()).toEqual([])
    await post('/v1/traces', traces)
    expect(sink.spans()).toHaveLength(1)
    expect(sink.spans({ all: true })).toHaveLength(2)
  })

  it('numbers requests in the order of their arrival', async () => {
    await Promise.all(Array.from({ length: 20 }, () => post('/v1/traces', traces)))
    expect(sink.requests.map((request) => request.index)).toEqual([...Array(20).keys()])
  })

  it('forgets when cleared', async () => {
    await post('/v1/traces', traces)
    sink.clear()
    expect(sink.requests).toEqual([])
    await post('/v1/traces', traces)
    expect(sink.requests[0]?.index).toBe(0)
  })

  it('sets no limit to idle connections', async () => {
    const response = await post('/v1/traces', traces)
    expect(response.headers.get('connection')).toBe('keep-alive')
    expect(response.headers.get('keep-alive')).toBeNull()
  })

  it('rejects when its port is taken', async () => {
    await expect(startSink({ port: Number(new URL(sink.url).port) })).rejects.toThrow('EADDRINUSE')
  })

  it('closes with a request unanswered', async () => {
    sink.respond = () => ({ never: true })
    const failed = expect(post('/v1/traces', traces)).rejects.toThrow()
    await sink.waitFor(() => sink.requests.length === 1)
    await sink.close()
    await failed
    await expect(post('/v1/traces', traces)).rejects.toThrow('fetch failed')
  })
})

describe('waitFor', () => {
  it('resolves when the predicate becomes true', async () => {
    const waiting = sink.waitFor(({ requests }) => requests.length === 2)
    await post('/v1/traces', traces)
    await post('/v1/traces', traces)
    await waiting
    expect(sink.requests).toHaveLength(2)
  })

  it('resolves at once when it is true already', async () => {
    await sink.waitFor(() => true, 0)
  })

  it('rejects with what had arrived', async () => {
    sink.respond = (_, index) => ({ status: index === 1 ? 500 : 200 })
    for (let index = 0; index < 3; index++) await post('/v1/traces', traces)
    await expect(sink.waitFor(() => false, 10)).rejects.toThrow(
      'Cannot wait for the sink: 10 ms over, received 2 × POST /v1/traces, 1 × POST /v1/traces (not acknowledged)',
    )
  })

  it('rejects with the error of the predicate', async () => {
    await post('/v1/traces', '{}')
    await expect(sink.waitFor(() => sink.spans().length > 0)).rejects.toThrow('Cannot decode OTLP')
  })
})

describe('answers', () => {
  it('sends status, headers and body', async () => {
    sink.respond = () => ({ status: 429, headers: { 'retry-after': '2' }, body: 'slow down' })
    const response = await post('/v1/traces', traces)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(await response.text()).toBe('slow down')
  })

  it('waits before the first byte', async () => {
    sink.respond = () => ({ delayMs: 80 })
    const start = performance.now()
    await post('/v1/traces', traces)
    expect(performance.now() - start).toBeGreaterThan(70)
  })

  it('trickles the body', async () => {
    sink.respond = () => ({ body: 'abcdef', trickle: { bytes: 1, everyMs: 15 } })
    const response = await post('/v1/traces', traces)
    expect(sink.requests[0]?.acknowledged).toBe(false)
    const start = performance.now()
    expect(await response.text()).toBe('abcdef')
    expect(performance.now() - start).toBeGreaterThan(60)
    expect(sink.requests[0]?.acknowledged).toBe(true)
  })

  it('sends a body of any size', async () => {
    sink.respond = () => ({ bodyBytes: 5_000_000 })
    const response = await post('/v1/traces', traces)
    expect((await response.bytes()).byteLength).toBe(5_000_000)
  })

  it('resets the connection before the headers', async () => {
    sink.respond = () => ({ reset: 'before headers' })
    await expect(post('/v1/traces', traces)).rejects.toThrow('fetch failed')
    expect(sink.requests[0]?.acknowledged).toBe(false)
  })

  it('resets the connection in the middle of the body', async () => {
    sink.respond = () => ({ reset: 'mid-body', body: 'abcdef' })
    const response = await post('/v1/traces', traces)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    expect(sink.requests[0]?.acknowledged).toBe(false)
  })

  it('never answers', async () => {
    sink.respond = () => ({ never: true })
    const signal = AbortSignal.timeout(100)
    await expect(post('/v1/traces', traces, { signal })).rejects.toThrow('aborted due to timeout')
    expect(sink.requests).toHaveLength(1)
  })

  it('does not count as acknowledged what the client no longer waited for', async () => {
    sink.respond = (_, index) => (index === 0 ? { delayMs: 80 } : {})
    const signal = AbortSignal.timeout(30)
    await expect(post('/v1/traces', traces, { signal })).rejects.toThrow('aborted due to timeout')
    await new Promise((resolve) => setTimeout(resolve, 100))
    await post('/v1/traces', traces)
    expect(sink.requests.map((request) => request.acknowledged)).toEqual([false, true])
  })

  it('answers 500 when the script throws', async () => {
    sink.respond = () => {
      throw new Error('no script')
    }
    const response = await post('/v1/traces', traces)
    expect([response.status, await response.text()]).toEqual([500, 'Error: no script'])
  })
})

const ids = {
  traceId: Buffer.from('5b8efff798038103d269b633813fc60c', 'hex').toString('base64'),
  spanId: Buffer.from('0000000000000001', 'hex').toString('base64'),
}
