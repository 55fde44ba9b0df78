import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningServer, type ServerRuntime, startServer } from './runtimes/start-server.ts'

const REQUESTS = 200
const SERVER = 2

let sink: Sink
const running: RunningServer[] = []

beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink?.close())
beforeEach(() => {
  sink.respond = () => ({})
  sink.clear()
})
afterEach(() => {
  for (const server of running.splice(0)) server.kill('SIGKILL')
})

async function start(
  runtime: ServerRuntime,
  ending: string,
  env: Record<string, string> = {},
): Promise<RunningServer> {
  const server = await startServer(runtime, {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ENDING: ending,
    ...env,
  })
  running.push(server)
  return server
}

const statusOf = async (url: string): Promise<number> => {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.status
}

/** Begins that many requests, and resolves when all of them are being handled. */
async function holdRequests(server: RunningServer): Promise<Promise<number>[]> {
  const requests = Array.from({ length: REQUESTS }, () =>
    statusOf(`${server.url}/held/${REQUESTS}`),
  )
  // Looked at later: until then, a failure is not unhandled.
  for (const request of requests) request.catch(() => {})
  await server.says('all in flight')
  return requests
}

const serverSpans = (route: string): number =>
  sink
    .spans()
    .filter(({ kind, attributes }) => kind === SERVER && attributes['http.route'] === route).length

/** The last total of each series, which is what a backend shows. */
const counted = (route: string): number => {
  const totals = new Map<string, number>()
  for (const { name, points } of sink.metrics()) {
    for (const { attributes, count = 0 } of points) {
      if (name === 'http.server.request.duration' && attributes['http.route'] === route) {
        totals.set(JSON.stringify(attributes), count)
      }
    }
  }
  return [...totals.values()].reduce((sum, count) => sum + count, 0)
}

const expectAll = async (requests: Promise<number>[]): Promise<void> => {
  expect(await Promise.all(requests)).toEqual(Array(REQUESTS).fill(200))
}

const expectRecorded = (route: string, number: number): void => {
  expect({ spans: serverSpans(route), counted: counted(route) }).toEqual({
    spans: number,
    counted: number,
  })
}

describe.each(['node', 'bun', 'deno'] as const)('on %s, SIGTERM during 200 requests', (runtime) => {
  it('loses none, and ends the process as that signal does', async () => {
    const server = await start(runtime, 'nothing')
    const requests = await holdRequests(server)
    server.kill('SIGTERM')
    await expectAll(requests)
    expect(await server.ended).toEqual([143, null])
    expectRecorded('/held/:count', REQUESTS)
  })

  it('loses none when the app has a listener of its own, which ends the process', async () => {
    const server = await start(runtime, 'own listener')
    const requests = await holdRequests(server)
    server.kill('SIGTERM')
    await expectAll(requests)
    expect(await server.ended).toEqual([7, null])
    expectRecorded('/held/:count', REQUESTS)
  })

  it('loses none with drainOnSignal, nor those that come while it waits', async () => {
    const server = await start(runtime, 'drain')
    const requests = await holdRequests(server)
    server.kill('SIGTERM')
    await expect.poll(() => statusOf(`${server.url}/readyz`), { interval: 10 }).toBe(503)
    for (let i = 0; i < 20; i++) {
      expect(await statusOf(`${server.url}/orders/${i}`)).toBe(200)
    }
    await expectAll(requests)
    expect(await server.ended).toEqual([143, null])
    expectRecorded('/held/:count', REQUESTS)
    expectRecorded('/orders/:id', 20)
  })

  it('loses none when drainOnSignal stops the server and the process ends by itself', async () => {
    const server = await start(runtime, 'drain and stop')
    const requests = await holdRequests(server)
    server.kill('SIGTERM')
    await expectAll(requests)
    expect(await server.ended).toEqual([0, null])
    expectRecorded('/held/:count', REQUESTS)
  })
})

describe.each(['node', 'bun', 'deno'] as const)('on %s', (runtime) => {
  it('a process that closed its server after one request ends by itself, and loses nothing', async () => {
    const server = await start(runtime, 'one request')
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    const answeredMs = performance.now()
    expect(await server.ended).toEqual([0, null])
    // Long before the 5 s after which a batch leaves, and the 60 s of metrics.
    expect(performance.now() - answeredMs).toBeLessThan(3000)
    expectRecorded('/orders/:id', 1)
  })

  it('SIGTERM turns readiness off while requests finish', async () => {
    const server = await start(runtime, 'nothing')
    expect(await statusOf(`${server.url}/readyz`)).toBe(200)
    const held = statusOf(`${server.url}/held/1?ms=2000`)
    await server.says('all in flight')
    server.kill('SIGTERM')
    await expect.poll(() => statusOf(`${server.url}/readyz`), { interval: 10 }).toBe(503)
    expect(await held).toBe(200)
    expect(await server.ended).toEqual([143, null])
    expectRecorded('/held/:count', 1)
  })

  it('SIGTERM leaves readiness to an app that listens itself', async () => {
    const server = await start(runtime, 'deaf')
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    server.kill('SIGTERM')
    await server.says('SIGTERM heard')
    expect(await statusOf(`${server.url}/readyz`)).toBe(200)
    expect(await statusOf(`${server.url}/orders/2`)).toBe(200)
    await sink.waitFor(() => serverSpans('/orders/:id') === 2)
    server.kill('SIGKILL')
    await server.ended
  })

  it('a request that never ends does not hold up the end for more than 5 s', async () => {
    const server = await start(runtime, 'nothing')
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    const never = statusOf(`${server.url}/held/2`).catch(() => 'cut off')
    await expect.poll(() => statusOf(`${server.url}/orders/2`)).toBe(200)
    const killedMs = performance.now()
    server.kill('SIGTERM')
    expect(await server.ended).toEqual([143, null])
    const tookMs = performance.now() - killedMs
    expect(tookMs).toBeGreaterThan(3500)
    expect(tookMs).toBeLessThan(7000)
    expect(await never).toBe('cut off')
    expectRecorded('/orders/:id', 2)
  })

  it('a receiver that was never there does not hold up the end', async () => {
    const server = await start(runtime, 'nothing', {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    })
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    const killedMs = performance.now()
    server.kill('SIGTERM')
    expect(await server.ended).toEqual([143, null])
    expect(performance.now() - killedMs).toBeLessThan(runtime === 'deno' ? 7000 : 2000)
  })

  it('a receiver that fails for a moment still gets everything', async () => {
    const server = await start(runtime, 'nothing', { OTEL_BSP_SCHEDULE_DELAY: '100' })
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    await sink.waitFor(() => serverSpans('/orders/:id') === 1)
    let failures = 0
    sink.respond = () => (failures++ < 4 ? { status: 503 } : {})
    expect(await statusOf(`${server.url}/orders/2`)).toBe(200)
    server.kill('SIGTERM')
    expect(await server.ended).toEqual([143, null])
    expectRecorded('/orders/:id', 2)
  })

  it('SIGINT ends it as that signal does', async () => {
    const server = await start(runtime, 'nothing')
    expect(await statusOf(`${server.url}/orders/1`)).toBe(200)
    server.kill('SIGINT')
    if (runtime === 'deno') {
      // Not caught there: a listener of the app could not be seen.
      expect(await server.ended).toEqual([null, 'SIGINT'])
    } else {
      expect(await server.ended).toEqual([130, null])
      expectRecorded('/orders/:id', 1)
    }
  })
})
