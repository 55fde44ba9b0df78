import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const FORGED = 'forged by a client'

let sink: Sink
let worker: RunningWorker

beforeEach(async () => {
  sink = await startSink()
})
afterEach(async () => {
  await Promise.all([worker?.stop(), sink.close()])
})

const start = async (store: 'r2' | 'kv' | 'queue', vars = {}): Promise<void> => {
  worker = await startWorker({
    entry: new URL('./spill/shared-worker.ts', import.meta.url),
    vars: {
      STORE: store,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
      ...vars,
    },
    bindings: {
      BUCKET: { type: 'r2', name: 'bucket' },
      NAMESPACE: { type: 'kv', id: 'namespace' },
      SHARED: { type: 'queue', name: 'shared' },
    },
    settings: {
      triggers: [
        { type: 'queue', name: 'shared', maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 100 },
      ],
    } as never,
  })
}

const post = async (path: string, body: unknown): Promise<void> => {
  const { status } = await fetch(worker.url + path, { method: 'POST', body: JSON.stringify(body) })
  expect(status).toBe(200)
}

const request = async (id: string): Promise<void> => {
  expect((await fetch(`${worker.url}/orders/${id}`)).status).toBe(200)
}

const spilled = async (): Promise<number> => {
  const state = (await (await fetch(`${worker.url}/state`)).json()) as {
    signals: { traces: { spilled: number; queued: number } }
  }
  return state.signals.traces.spilled
}

/** Requests until something is in the store. Returns how many. */
const untilSpilled = async (): Promise<number> => {
  sink.respond = () => ({ status: 503 })
  let made = 0
  await vi.waitUntil(
    async () => {
      await request(`outage-${made++}`)
      return (await spilled()) > 0
    },
    { timeout: 20_000, interval: 100 },
  )
  return made
}

const paths = (): Set<unknown> =>
  new Set(sink.spans().map(({ attributes }) => attributes['url.path']))

const otlp = JSON.stringify({
  resourceSpans: [
    {
      resource: { attributes: [] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: 'b'.repeat(16),
              name: FORGED,
              kind: 1,
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000000000000001',
            },
          ],
        },
      ],
    },
  ],
})

const idAt = (ms: number): string => `${ms}-000000-0a1b2c3d-4e5f`

const isClean = (): void => {
  expect(sink.spans().filter(({ name }) => name === FORGED)).toEqual([])
  const types = sink.requests.map(({ headers }) => headers['content-type'])
  expect(new Set(types)).toEqual(new Set(['application/json']))
}

describe('a queue that others write to as well', () => {
  it.each([
    ['the collector’s credentials', {}],
    ['a secret of its own', { HONO_OBSERVABILITY_SECRET: 'known to this Worker only' }],
    ['nothing', { OTEL_EXPORTER_OTLP_HEADERS: '' }],
  ])('where %s signs, has what we wrote sent, and the rest handled once', async (_name, vars) => {
    await start('queue', vars)
    const host = new URL(sink.url).host
    const forged = {
      otlp: 'spilled',
      id: idAt(Date.now()),
      scope: `shared/${host}/0/traces`,
      body: otlp,
      contentType: 'text/html',
      isGzipped: false,
      count: 1,
      mac: '0'.repeat(64),
    }
    await post('/messages', forged)
    await post('/messages', { ...forged, id: `${Date.now()}-x`, scope: 'nowhere', mac: undefined })
    await post('/bytes', forged)
    await post('/bytes', { ...forged, scope: 'nowhere' })
    await post('/messages', { order: 7 })
    const made = await untilSpilled()
    sink.respond = () => ({})
    await vi.waitUntil(
      async () => {
        await request('after')
        return paths().has('/orders/outage-0') && paths().has(`/orders/outage-${made - 1}`)
      },
      { timeout: 30_000, interval: 200 },
    )
    isClean()
    const handled = (await (await fetch(`${worker.url}/handled`)).json()) as {
      body: Record<string, unknown>
      attempts: number
    }[]
    expect(handled.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1])
    const bodies = handled.map(({ body }) => body.body ?? body)
    expect(bodies.toSorted()).toEqual([otlp, otlp, 'bytes', 'bytes', { order: 7 }].toSorted())
    const warnings = worker.logLines().filter(({ message }) => /not sign(ed)?\b/.test(message))
    expect(warnings.length).toBeLessThan(2)
  })
})

describe.each(['r2', 'kv'] as const)('a store of %s that others write to as well', (store) => {
  interface Bindings {
    BUCKET: {
      put(key: string, body: string, options: object): Promise<unknown>
      list(options: object): Promise<{ objects: { key: string }[] }>
    }
    NAMESPACE: {
      put(key: string, body: string, options: object): Promise<unknown>
      list(options: object): Promise<{ keys: { name: string }[] }>
    }
  }

  const put = async (key: string, about: { count: string; mac?: string }): Promise<void> => {
    const { BUCKET, NAMESPACE } = await worker.env<Bindings>()
    await (store === 'r2'
      ? BUCKET.put(key, otlp, {
          httpMetadata: { contentType: 'text/html' },
          customMetadata: about,
        })
      : NAMESPACE.put(key, otlp, {
          metadata: { contentType: 'text/html', isGzipped: false, ...about, count: 1 },
        }))
  }

  const keys = async (): Promise<string[]> => {
    const { BUCKET, NAMESPACE } = await worker.env<Bindings>()
    const found =
      store === 'r2'
        ? (await BUCKET.list({ prefix: 'otlp/' })).objects.map(({ key }) => key)
        : (await NAMESPACE.list({ prefix: 'otlp/' })).keys.map(({ name }) => name)
    return found.filter((key) => !key.endsWith('.lease')).sort()
  }

  it('has what we wrote sent, and the rest left there, said once', async () => {
    await start(store)
    const folder = `otlp/shared/${new URL(sink.url).host}/0/traces/`
    const foreign = Array.from({ length: 25 }, (_, i) => folder + idAt(1_700_000_000_000 + i))
    foreign.push(`${folder}notes.txt`)
    for (const [i, key] of foreign.entries()) {
      await put(key, { count: '1', ...(i % 2 && { mac: '0'.repeat(64) }) })
    }
    const made = await untilSpilled()
    sink.respond = () => ({})
    await vi.waitUntil(
      async () => {
        await request('after')
        return paths().has('/orders/outage-0') && paths().has(`/orders/outage-${made - 1}`)
      },
      { timeout: 40_000, interval: 300 },
    )
    isClean()
    await vi.waitUntil(async () => (await keys()).length === foreign.length, { timeout: 10_000 })
    expect(await keys()).toEqual(foreign.toSorted())
    const warnings = worker.logLines().filter(({ message }) => /not sign(ed)?\b/.test(message))
    expect(warnings.length).toBe(1)
  })
})
