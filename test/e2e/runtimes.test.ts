import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSpans, type DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningApp, type Runtime, startRuntime } from './runtimes/start-runtime.ts'

const SERVER = 2
const CLIENT = 3
const RUNTIMES = ['workerd', 'deno', 'bun', 'node'] as const

/** All that may differ, printed at the end and compared with docs/runtimes.md. */
const differences: Record<string, Partial<Record<Runtime, string>>> = {}
const differ = (what: string, runtime: Runtime, how: unknown): void => {
  const row = differences[what] ?? {}
  differences[what] = row
  row[runtime] = String(how ?? '–')
}

const received: string[] = []
const target = createServer(({ headers }, response) => {
  received.push(String(headers.traceparent))
  response.end('pong')
})

beforeAll(async () => {
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
})
afterAll(() => {
  target.closeAllConnections()
  target.close()
  console.table(differences)
})

/** The line of the app that has this text, from 1 on. */
const lineNumberOf = (text: string): number =>
  readFileSync(new URL('runtimes/app.ts', import.meta.url), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1

describe.each(RUNTIMES)('on %s', (runtime) => {
  let sink: Sink
  let app: RunningApp

  beforeAll(async () => {
    sink = await startSink()
    app = await startRuntime(runtime, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      TARGET_URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}/ping`,
    })
  })
  afterAll(async () => {
    await app?.kill()
    await sink?.close()
  })

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${app.url}${path}`, { headers })

  /** The spans of the next request to this path, once its server span is there. */
  const traceOf = async (
    path: string,
    read: (response: Response) => Promise<unknown> = (response) => response.text(),
  ): Promise<{ response: Response; server: DecodedSpan; spans: DecodedSpan[] }> => {
    sink.clear()
    const response = await get(path)
    await read(response)
    const find = () => sink.spans().find(({ kind }) => kind === SERVER)
    await sink.waitFor(() => find() !== undefined, 8000)
    const server = find() as DecodedSpan
    const spans = sink.spans().filter(({ traceId }) => traceId === server.traceId)
    expect(checkSpans(sink.spans())).toEqual([])
    return { response, server, spans }
  }

  /** How many requests of this route were counted, whatever the temporality. */
  const counted = (route: string | undefined, status: number): number => {
    let sum = 0
    for (const { name, temporality, points } of sink.metrics()) {
      for (const { attributes, count = 0 } of points) {
        if (
          name === 'http.server.request.duration' &&
          attributes['http.route'] === route &&
          attributes['http.response.status_code'] === status
        ) {
          sum = temporality === 'delta' ? sum + count : count
        }
      }
    }
    return sum
  }

  it('a matched route names the span, with the app’s own span and log line inside', async () => {
    const { response, server, spans } = await traceOf('/orders/7?token=secret')
    expect(response.status).toBe(200)
    expect(server).toMatchObject({
      name: 'GET /orders/:id',
      parentSpanId: '',
      status: { code: 0 },
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/orders/:id',
        'http.response.status_code': 200,
        'url.path': '/orders/7',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(app.url).port),
      },
    })
    expect(JSON.stringify(server.attributes)).not.toContain('secret')
    expect(spans.find(({ name }) => name === 'price')).toMatchObject({
      parentSpanId: server.spanId,
      attributes: { 'order.id': '7' },
    })
    await expect
      .poll(() => app.lines().filter(({ trace_id }) => trace_id === server.traceId).length)
      .toBe(2)
    const [priced, access] = app.lines().filter(({ trace_id }) => trace_id === server.traceId)
    expect(priced).toMatchObject({ message: 'priced', 'order.id': '7', level: 'info' })
    expect(access).toMatchObject({
      message: 'GET /orders/:id 200',
      span_id: server.spanId,
      request_id: response.headers.get('x-request-id'),
      'service.name': 'everywhere',
    })
  })

  it('says in lines where they come from, and where errors were made', async () => {
    await traceOf('/sites')
    const lineOf = (text: string) => app.lines().find(({ message }) => message === text)
    await expect.poll(() => lineOf('GET /sites 200'), { timeout: 20_000 }).toBeDefined()
    const [called, failed] = [lineOf('called'), lineOf('failed')]
    // Of a bundle, the bundle's.
    const isBundle = runtime === 'workerd'
    for (const [line, text] of [
      [called, "log.info('called'"],
      [failed, "new RangeError('nobody throws it')"],
    ] as const) {
      expect(line?.['code.file.path']).toMatch(isBundle ? /\.mjs$/ : /\/runtimes\/app\.ts$/)
      const at = lineNumberOf(text)
      expect(line?.['code.line.number']).toEqual(isBundle ? expect.any(Number) : at)
    }
    expect(failed?.['code.function.name']).toBe('failing')
  })

  it('a path that no route matches has none', async () => {
    const { response, server } = await traceOf('/nothing/here')
    expect(response.status).toBe(404)
    expect(server.name).toBe('GET')
    expect(server.attributes['http.route']).toBeUndefined()
    expect(server.status.code).toBe(0)
  })

  it('an uncaught error is a 500 with its exception, a client’s error is not one', async () => {
    const fails = await traceOf('/fails')
    expect(fails.response.status).toBe(500)
    expect(fails.server).toMatchObject({
      name: 'GET /fails',
      status: { code: 2 },
      attributes: { 'error.type': 'RangeError' },
      events: [{ name: 'exception', attributes: { 'exception.type': 'RangeError' } }],
    })
    const denied = await traceOf('/denied')
    expect(denied.response.status).toBe(403)
    expect(denied.server).toMatchObject({ name: 'GET /denied', status: { code: 0 }, events: [] })
  })

  it('a stream is timed to its end', async () => {
    const { response, server } = await traceOf('/stream', async (streamed) => {
      expect(await streamed.text()).toBe([0, 1, 2, 3, 4].map((i) => `{"chunk":${i}}\n`).join(''))
    })
    expect(response.status).toBe(200)
    const tookMs = Number(server.endTimeUnixNano - server.startTimeUnixNano) / 1e6
    expect(tookMs).toBeGreaterThan(180)
    expect(server.status.code).toBe(0)
  })

  it('a stream of Hono’s that waits before it writes is timed to its end', async () => {
    const { server } = await traceOf('/waiting-stream', async (streamed) => {
      expect(await streamed.text()).toBe('waited twice')
    })
    const tookMs = Number(server.endTimeUnixNano - server.startTimeUnixNano) / 1e6
    expect(tookMs).toBeGreaterThan(180)
    expect(server.attributes['hono.stream.outcome']).toBeUndefined()
  })

  it('a stream that breaks is an error', async () => {
    const { server } = await traceOf('/broken-stream', async (streamed) => {
      await expect(streamed.text()).rejects.toThrow()
    })
    expect(server).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'TypeError' },
    })
  })

  it('a client that leaves is not an error', async () => {
    const { server } = await traceOf('/stream', async (streamed) => {
      const reader = streamed.body?.getReader()
      await reader?.read()
      await reader?.cancel()
    })
    expect(server.status.code).toBe(0)
    expect(server.attributes['hono.stream.outcome']).toBe('cancel')
  })

  it('the caller’s trace goes on, through to the next service', async () => {
    sink.clear()
    received.length = 0
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const response = await get('/upstream', {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    })
    expect(await response.text()).toBe('pong')
    await sink.waitFor(() => sink.spans().some(({ kind }) => kind === SERVER), 8000)
    const server = sink.spans().find(({ kind }) => kind === SERVER)
    const client = sink.spans().find(({ kind }) => kind === CLIENT)
    expect(server).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
    expect(client).toMatchObject({ traceId, parentSpanId: server?.spanId })
    expect(received).toEqual([`00-${traceId}-${client?.spanId}-01`])
    // Exports are requests too, but nobody's.
    expect(sink.spans().filter(({ kind }) => kind === CLIENT)).toHaveLength(1)
  })

  it('100 requests at a time keep their ids apart', async () => {
    sink.clear()
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => (await get(`/orders/${i}`)).text()),
    )
    const servers = () => sink.spans().filter(({ kind }) => kind === SERVER)
    await sink.waitFor(() => servers().length >= 100, 8000)
    expect(new Set(servers().map(({ traceId }) => traceId)).size).toBe(100)
    const prices = sink.spans().filter(({ name }) => name === 'price')
    expect(prices).toHaveLength(100)
    const pathOf = new Map(
      servers().map(({ spanId, attributes }) => [spanId, attributes['url.path']]),
    )
    for (const { parentSpanId, attributes } of prices) {
      expect(pathOf.get(parentSpanId)).toBe(`/orders/${attributes['order.id']}`)
    }
    expect(sink.requests.length).toBeLessThan(20)
  })

  it('health routes answer, and leave no span and no count', async () => {
    sink.clear()
    expect((await get('/livez')).status).toBe(200)
    const health = await get('/health')
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({
      status: 'pass',
      checks: { self: [{ status: 'pass' }] },
    })
    await (await get('/orders/1')).text()
    await sink.waitFor(() => sink.spans().some(({ kind }) => kind === SERVER), 8000)
    expect(
      sink
        .spans()
        .filter(({ kind }) => kind === SERVER)
        .map(({ name }) => name),
    ).toEqual(['GET /orders/:id'])
    expect(counted('/health', 200) + counted('/livez', 200)).toBe(0)
  })

  it('says what it is in the resource', async () => {
    const { server } = await traceOf('/orders/1')
    const { resource } = server
    expect(resource).toMatchObject({
      'service.name': 'everywhere',
      'telemetry.sdk.name': 'hono-observability',
      'telemetry.sdk.language': 'javascript',
    })
    expect(resource['service.instance.id']).toMatch(/^[\da-f-]{36}$/)
    const { 'process.runtime.name': name, 'cloud.platform': platform } = resource
    differ('`process.runtime.name`', runtime, name && `\`${name}\``)
    differ('`cloud.platform`', runtime, platform && `\`${platform}\``)
    expect(name ?? platform).toBe(
      { workerd: 'cloudflare.workers', deno: 'deno', bun: 'bun', node: 'nodejs' }[runtime],
    )
  })

  it('metrics are exact, to the last request before the end', async () => {
    await app.kill()
    await sink.close()
    sink = await startSink()
    app = await startRuntime(runtime, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRIC_EXPORT_INTERVAL: '200',
    })
    for (let i = 0; i < 25; i++) await (await get(`/orders/${i}`)).text()
    for (let i = 0; i < 5; i++) await (await get('/fails')).text()
    for (let i = 0; i < 3; i++) await (await get('/nowhere')).text()
    // Leaves garbage, which not every runtime tells of.
    await (await get('/busy/300')).text()
    await sink.waitFor(() => counted('/orders/:id', 200) === 25, 8000)
    const duration = sink.metrics().find(({ name }) => name === 'http.server.request.duration')
    expect(duration).toMatchObject({ type: 'histogram', unit: 's' })
    differ('temporality of metrics', runtime, duration?.temporality)
    expect(duration?.temporality).toBe(runtime === 'workerd' ? 'delta' : 'cumulative')
    if (runtime === 'workerd') {
      await sink.waitFor(
        () => counted(undefined, 404) === 3 && counted('/busy/:ms', 200) === 1,
        8000,
      )
    } else if (runtime === 'node') {
      await sink.waitFor(() => sink.metrics().some(({ name }) => name === 'v8js.gc.duration'), 8000)
    }
    const names = new Set(sink.metrics().map(({ name }) => name))
    const has = (...all: string[]) => (all.every((name) => names.has(name)) ? 'yes' : undefined)
    differ('process metrics', runtime, has('process.uptime'))
    differ(
      '`v8js.gc.duration`, `nodejs.eventloop.time`, what keeps the event loop alive',
      runtime,
      has('v8js.gc.duration', 'nodejs.eventloop.time', 'hono.process.active_resources'),
    )
    differ('heap and its limit', runtime, has('v8js.memory.heap.used', 'hono.process.heap.limit'))
    differ('SIGTERM, with no listener of the app', runtime, await app.stop())
    expect(counted('/orders/:id', 200)).toBe(25)
    expect(counted('/fails', 500)).toBe(5)
    expect(counted(undefined, 404)).toBe(3)
    expect(sink.spans().filter(({ kind }) => kind === SERVER)).toHaveLength(34)
  })
})

it('what differs is what the documentation says', () => {
  const [, section = ''] = readFileSync('docs/runtimes.md', 'utf8').split('## What is tested\n')
  const [head, , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(head).toEqual(['', 'Workers', 'Deno', 'Bun', 'Node'])
  const measured = Object.entries(differences).map(([what, row]) => [
    what,
    ...RUNTIMES.map((runtime) => row[runtime]),
  ])
  expect(rows).toEqual(measured)
})
