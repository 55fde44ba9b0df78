import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Listener } from '../../../scripts/start/listen.ts'
import { startReceiver } from '../../../scripts/start/receiver.ts'

const body = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
              spanId: '051581bf3cb55c13',
              name: 'GET /',
              startTimeUnixNano: '1',
              endTimeUnixNano: '2',
            },
          ],
        },
      ],
    },
  ],
})
const json = { 'content-type': 'application/json' }
const MAX_BODY_BYTES = 10_000

describe('startReceiver', () => {
  let receiver: Listener
  let names: string[]
  let refused: string[]

  beforeEach(async () => {
    names = []
    refused = []
    receiver = await startReceiver({
      port: 0,
      maxBodyBytes: MAX_BODY_BYTES,
      onSpans: (spans) => names.push(...spans.map((span) => span.name)),
      onRefused: (reason) => refused.push(reason),
    })
  })
  afterEach(() => receiver.close())

  const post = (content: BodyInit, headers: Record<string, string> = json, path = '/v1/traces') =>
    fetch(receiver.url + path, { method: 'POST', headers, body: content })

  it('takes spans as JSON and answers as OTLP says', async () => {
    const response = await post(body)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({})
    expect(names).toEqual(['GET /'])
  })

  it('takes gzip', async () => {
    const response = await post(gzipSync(body), { ...json, 'content-encoding': 'gzip' })
    expect(response.status).toBe(200)
    expect(names).toEqual(['GET /'])
  })

  it.each(['/v1/metrics', '/v1/logs'])('accepts %s', async (path) => {
    expect((await post('{}', json, path)).status).toBe(200)
  })

  it.each([
    ['another path', 404, '{}', json, '/v2/traces'],
    ['protobuf', 415, 'x', { 'content-type': 'application/x-protobuf' }, '/v1/traces'],
    ['another encoding', 415, 'x', { ...json, 'content-encoding': 'br' }, '/v1/traces'],
    ['damaged gzip', 400, 'no gzip', { ...json, 'content-encoding': 'gzip' }, '/v1/traces'],
    ['damaged JSON', 400, '{', json, '/v1/traces'],
    ['JSON that is not OTLP', 400, '{"resourceSpans":1}', json, '/v1/traces'],
    ['a body that is too large', 413, ' '.repeat(MAX_BODY_BYTES + 1), json, '/v1/traces'],
  ])('refuses %s with %d and says why', async (_, status, content, headers, path) => {
    const response = await post(content, headers, path)
    expect(response.status).toBe(status)
    expect(refused).toEqual([expect.stringContaining(String(status))])
    expect(await response.json()).toMatchObject({ message: expect.any(String) })
    expect(names).toEqual([])
  })

  it('refuses a gzip bomb without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
    expect((await post(bomb, { ...json, 'content-encoding': 'gzip' })).status).toBe(413)
  })

  it('refuses other methods', async () => {
    expect((await fetch(`${receiver.url}/v1/traces`)).status).toBe(405)
  })

  it('survives a sender that goes away in the middle of a compressed body', async () => {
    const socket = connect(receiver.port, '127.0.0.1')
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n' +
        'content-encoding: gzip\r\ncontent-length: 100\r\n\r\n',
    )
    socket.write(gzipSync(body).subarray(0, 20), () => setTimeout(() => socket.destroy(), 20))
    await expect.poll(() => refused).toEqual([expect.stringContaining('could not be read')])
    expect((await post(body)).status).toBe(200)
  })

  it('rejects when its port is taken', async () => {
    const second = startReceiver({ port: receiver.port, onSpans: () => {}, onRefused: () => {} })
    await expect(second).rejects.toThrow('EADDRINUSE')
  })
})
