import { Hono } from 'hono'
import { exporterState, type ObservabilityOptions, observability } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BoundedAttributes } from '../../../src/traces/attributes.ts'
import { record } from '../metrics/recording.ts'
import { heapBytes } from './support.ts'

const LIMITS = { attributeCount: 128, attributeValueLength: 100, eventCount: 1, linkCount: 1 }

/** A text of its own, as one that came over the network is. */
const text = (length: number, i: number): string =>
  Buffer.alloc(length, String(i).padEnd(8, '-')).toString('latin1')

/** What the heap grows by while so many are made and kept. */
const growth = (count: number, make: (i: number) => unknown): number => {
  const kept: unknown[] = []
  const before = heapBytes()
  for (let i = 0; i < count; i++) {
    kept.push(make(i))
  }
  const grown = heapBytes() - before
  expect(kept).toHaveLength(count)
  return grown
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('what is cut lets go of the rest', () => {
  it('in attributes of spans', () => {
    const grown = growth(500, (i) => new BoundedAttributes(LIMITS, { long: text(100_000, i) }))
    expect(grown).toBeLessThan(5_000_000)
  })

  it('in attributes of measurements', () => {
    const { meter } = record('cumulative')
    const counter = meter.createCounter('c')
    const grown = growth(500, (i) => counter.add(1, { long: text(100_000, i) }))
    expect(grown).toBeLessThan(10_000_000)
  })

  it('in the paths of long URLs, whose spans wait for a receiver that is down', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const app = new Hono()
    app.use(
      observability({
        service: { name: 'memory' },
        logs: false,
        metrics: false,
        otlp: {
          fetch: () => Promise.reject(new Error('down')),
          batch: { maxQueueSize: 8192, delayMs: 60_000, maxBatchSize: 8192 },
        },
      }),
    )
    const send = (i: number) =>
      app.fetch(new Request(`http://shop.test/a-path-of-its-own?q=${text(16_000, i)}`))
    await send(0)
    const before = heapBytes()
    for (let i = 0; i < 3000; i++) {
      await send(i)
    }
    // 48 MB of URLs.
    expect(heapBytes() - before).toBeLessThan(16_777_216)
  })

  it('in queues of spans whose callers sent long trace states', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const app = new Hono()
    const options: ObservabilityOptions = {
      service: { name: 'memory' },
      logs: false,
      metrics: false,
      otlp: {
        fetch: () => Promise.reject(new Error('down')),
        batch: { maxQueueSize: 8192, delayMs: 60_000, maxBatchSize: 8192 },
      },
    }
    app.use(observability(options))
    const members = Array.from({ length: 30 }, (_, i) => `k${i}=${'v'.repeat(250)}`).join()
    const send = (i: number) =>
      app.request('/', {
        headers: {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          tracestate: `a=${i},${members}`,
        },
      })
    await send(0)
    const before = heapBytes()
    for (let i = 0; i < 8000; i++) {
      await send(i)
    }
    // 62 MB of trace states; the queue holds 16.
    expect(heapBytes() - before).toBeLessThan(32_000_000)
    expect(exporterState(options)?.dropped).toBeGreaterThan(0)
  })
})
