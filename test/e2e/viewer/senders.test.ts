import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningViewer, startViewer } from './start-viewer.ts'

let viewer: RunningViewer

beforeEach(async () => {
  viewer = await startViewer()
})

afterEach(() => viewer.stop())

async function runSender(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const [code] = await once(child, 'close')
  expect([code, output]).toEqual([0, output])
  return output
}

describe("OpenTelemetry's own exporters", () => {
  it.each([
    ['http', 'json'],
    ['proto', 'protobuf'],
  ])('of otlp-%s are understood', async (format, encoding) => {
    const sender = join(import.meta.dirname, 'sdk-sender.js')
    const traceId = (await runSender(process.execPath, [sender, format, viewer.url])).trim()
    const { spans, logs } = await viewer.get(`/api/traces/${traceId}`)
    expect(spans).toHaveLength(1)
    expect(spans[0]).toMatchObject({
      name: 'send',
      kind: 'server',
      status: 'error',
      statusMessage: 'on purpose',
      attributes: { 'http.route': '/sent', ratio: 0.5, list: ['a', 'b'], ok: true },
      events: [{ name: 'half way', attributes: { step: 1 } }],
      scope: { name: 'sender' },
    })
    expect(logs).toHaveLength(1)
    expect(logs[0]).toMatchObject({
      body: 'sent by the SDK',
      level: 'error',
      attributes: { count: 3 },
    })
    const { metrics } = await viewer.get('/api/metrics')
    expect(
      metrics.map((each: { name: string; type: string; temporality: string }) => [
        each.name,
        each.type,
        each.temporality,
      ]),
    ).toEqual([
      ['level', 'gauge', null],
      ['sent', 'sum', 'delta'],
      ['took', 'histogram', 'delta'],
    ])
    const took = await viewer.get(`/api/metrics/${metrics[2].id}?last=5m`)
    expect(took.histogram).toMatchObject({ count: 1, sum: 1.5 })
    const { signals, total } = await viewer.get('/api/ingest')
    expect(signals.every((each: { encoding: string }) => each.encoding === encoding)).toBe(true)
    expect(total).toMatchObject({ posts: 3, rejected: 0, refused: 0 })
    expect(total.bytes).toBeLessThan(total.decodedBytes)
  })
})

describe("Deno's own exporter", () => {
  it.each([
    ['http/json', 'json'],
    ['http/protobuf', 'protobuf'],
  ])('is understood in %s', async (protocol, encoding) => {
    const code = `
      const server = Deno.serve({ port: 0, onListen() {} }, () => {
        console.error('served')
        return new Response('ok')
      })
      await (await fetch('http://127.0.0.1:' + server.addr.port + '/path')).text()
      await server.shutdown()`
    await runSender('deno', ['eval', code], {
      OTEL_DENO: 'true',
      OTEL_SERVICE_NAME: 'deno',
      OTEL_EXPORTER_OTLP_ENDPOINT: viewer.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    })
    const { items } = await viewer.until(
      '/api/traces?service=deno',
      (page) => page.items.length > 0,
    )
    expect(items[0]).toMatchObject({ service: 'deno', errors: 0 })
    const { logs } = await viewer.get(`/api/traces/${items[0].traceId}`)
    expect(logs.map(({ body }: { body: string }) => body.trim())).toEqual(['served'])
    const { metrics } = await viewer.get('/api/metrics')
    expect(metrics.map(({ name }: { name: string }) => name)).toContain(
      'http.server.request.duration',
    )
    const { signals, total } = await viewer.get('/api/ingest')
    expect(signals.map((each: { signal: string }) => each.signal)).toEqual([
      'logs',
      'metrics',
      'traces',
    ])
    expect(signals.every((each: { encoding: string }) => each.encoding === encoding)).toBe(true)
    expect(total).toMatchObject({ rejected: 0, refused: 0 })
  })
})
