import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encode, get, type Open, post } from './backend.ts'
import { log, logs, metrics, point, request, START_MS, span, spans } from './records.ts'

const gauge = { name: 'g', gauge: { dataPoints: [point(0, 1, { asInt: '1' })] } }
const ALL = [
  ['traces', spans([span({ trace: 1, span: 1 })])],
  ['metrics', metrics([gauge])],
  ['logs', logs([log({})])],
] as const

export function receivingTests(open: Open): void {
  describe('receiving OTLP', () => {
    it.each(
      ALL.flatMap(([signal, body]) =>
        (['json', 'protobuf'] as const).flatMap((encoding) =>
          [false, true].map((gzip) => ({ signal, body, encoding, gzip })),
        ),
      ),
    )('takes $signal in $encoding, gzip: $gzip', async ({ signal, body, encoding, gzip }) => {
      const ask = await open()
      const response = await post(ask, signal, body, { encoding, gzip })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(encoding)
      expect(await response.text()).toBe(encoding === 'json' ? '{}' : '')
      const { total } = await get(ask, '/api/ingest')
      expect(total).toMatchObject({ posts: 1, items: 1, rejected: 0, refused: 0 })
      expect(total.decodedBytes).toBe(encode(signal, body, encoding).byteLength)
    })

    it('says in JSON which records it refused, and why', async () => {
      const ask = await open()
      const bad = { ...span({ trace: 1, span: 2 }), traceId: 'xyz' }
      const noId = { ...span({ trace: 1, span: 3 }), spanId: '' }
      const response = await post(ask, 'traces', spans([span({ trace: 1, span: 1 }), bad, noId]))
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({
        partialSuccess: {
          rejectedSpans: '2',
          errorMessage: '1 spans refused: invalid trace id; 1 spans refused: missing span id',
        },
      })
      expect((await get(ask, '/api/traces')).items).toHaveLength(1)
    })

    it('says in protobuf which records it refused, and why', async () => {
      const ask = await open()
      const sum = {
        name: '',
        sum: { aggregationTemporality: 1, dataPoints: [point(0, 1, { asInt: '1' })] },
      }
      const response = await post(ask, 'metrics', metrics([sum]), { encoding: 'protobuf' })
      expect(response.status).toBe(200)
      const message = '1 points refused: missing metric name'
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect([...bytes.subarray(0, 6)]).toEqual([10, message.length + 4, 8, 1, 18, message.length])
      expect(new TextDecoder().decode(bytes.subarray(6))).toBe(message)
    })

    it('takes an empty request', async () => {
      const ask = await open()
      expect((await post(ask, 'traces', {})).status).toBe(200)
      expect((await post(ask, 'logs', {}, { encoding: 'protobuf' })).status).toBe(200)
    })

    it.each([
      ['not JSON', 'application/json', '{', 400],
      ['a list', 'application/json', '[]', 400],
      ['a wrong list', 'application/json', '{"resourceSpans":7}', 400],
      ['damaged UTF-8', 'application/json', new Uint8Array([0x7b, 0xff, 0x7d]), 400],
      ['cut protobuf', 'application/x-protobuf', new Uint8Array([10, 200, 1]), 400],
      ['text', 'text/plain', '{}', 415],
    ])('refuses %s', async (_, type, body, status) => {
      const ask = await open()
      const response = await ask('/v1/traces', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      })
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toMatch(
        status === 400 && type.includes('protobuf') ? 'protobuf' : 'json',
      )
      expect((await get(ask, '/api/services')).services).toEqual([])
    })

    it('refuses other encodings, damaged gzip, and other methods', async () => {
      const ask = await open()
      const headers = { 'content-type': 'application/json' }
      const attempt = (encoding: string, body: Uint8Array<ArrayBuffer>) =>
        ask('/v1/logs', {
          method: 'POST',
          headers: { ...headers, 'content-encoding': encoding },
          body,
        })
      const gzip = new Uint8Array(gzipSync('{"resourceLogs":[]}'))
      expect((await attempt('br', gzip)).status).toBe(415)
      const zstd = await attempt('zstd', gzip)
      expect(zstd.status).toBe(415)
      expect(await zstd.text()).toContain('must be gzip, deflate or identity, received zstd')
      expect((await attempt('gzip', gzip.slice(0, -9))).status).toBe(400)
      expect((await attempt('gzip', new Uint8Array([1, 2, 3]))).status).toBe(400)
      expect((await attempt('gzip', gzip)).status).toBe(200)
      const wrong = await ask('/v1/logs')
      expect(wrong.status).toBe(405)
      expect(wrong.headers.get('allow')).toBe('POST')
      expect((await ask('/v1/profiles', { method: 'POST' })).status).toBe(404)
    })

    it.each([
      ['/v1/traces', 'application/grpc'],
      ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'application/grpc+proto'],
    ])('says at %s that it does not speak gRPC', async (path, type) => {
      const ask = await open()
      const response = await ask(path, { method: 'POST', headers: { 'content-type': type } })
      expect(response.status).toBe(415)
      expect(await response.text()).toContain('OTLP over gRPC is not taken')
    })

    it('takes addresses with a slash at the end', async () => {
      const ask = await open()
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify(spans([span({ trace: 1, span: 1 })]))
      expect((await ask('/v1/traces/', { method: 'POST', headers, body })).status).toBe(200)
      expect((await ask('/v1/traces/', { method: 'OPTIONS' })).status).toBe(204)
      expect((await ask('/v1/traces/')).status).toBe(405)
      expect((await get(ask, '/api/traces')).items).toHaveLength(1)
    })

    it('refuses what is too large, and what decompresses to too much', async () => {
      const ask = await open({ maxBodyBytes: 100_000 })
      const headers = { 'content-type': 'application/json' }
      const large = await ask('/v1/logs', {
        method: 'POST',
        headers,
        body: ' '.repeat(100_001),
      })
      expect(large.status).toBe(413)
      const bomb = new Uint8Array(gzipSync(' '.repeat(50_000_000)))
      expect(bomb.byteLength).toBeLessThan(100_000)
      const response = await ask('/v1/logs', {
        method: 'POST',
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: bomb,
      })
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({
        message: 'the body is larger than 100000 bytes after decompression',
      })
      expect((await get(ask, '/api/ingest')).total).toMatchObject({ posts: 2, refused: 2 })
    })

    it('answers pages of other origins, for sending only', async () => {
      const ask = await open()
      const preflight = await ask('/v1/traces', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-own',
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
      expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,x-own')
      const sent = await ask('/v1/traces', {
        method: 'POST',
        headers: { origin: 'https://app.example', 'content-type': 'application/json' },
        body: '{}',
      })
      expect(sent.status).toBe(200)
      expect(sent.headers.get('access-control-allow-origin')).toBe('*')
      for (const [path, method] of [
        ['/api/traces', 'GET'],
        ['/api/data', 'DELETE'],
        ['/api/import', 'POST'],
        ['/mcp', 'POST'],
      ] as const) {
        const response = await ask(path, { method, headers: { origin: 'https://app.example' } })
        expect(response.status).toBe(403)
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
      }
    })

    it('keeps a span once, as it came last, however often it is sent', async () => {
      const ask = await open()
      const first = request({ trace: 1, span: 1 })
      const child = span({ trace: 1, span: 2, parent: 1, to: 30 })
      for (let i = 0; i < 3; i++) await post(ask, 'traces', spans([first, child]))
      await post(ask, 'traces', spans([request({ trace: 1, span: 1, status: 500, to: 20 })]))
      const { items } = await get(ask, '/api/traces')
      expect(items).toHaveLength(1)
      expect(items[0]).toMatchObject({ spans: 2, errors: 1, durationMs: 30, httpStatus: 500 })
      expect(items[0].services).toEqual([{ name: 'shop', spans: 2 }])
      expect((await get(ask, '/api/traces?httpStatus=200')).items).toEqual([])
      const from = START_MS - 60_000
      const { total } = await get(ask, `/api/overview?from=${from}&to=${from + 600_000}`)
      expect(total.requests).toBe(1)
    })
  })
}
