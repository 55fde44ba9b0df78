import { Hono } from 'hono'
import { exporterState, forceFlush, observability } from 'hono-observability'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetPipelines } from '../../../src/telemetry/registry.ts'

interface Sent {
  isTaken: boolean
  /** Requests that its metrics have counted. */
  count: number
  points: number
}

interface Metric {
  name: string
  histogram?: { dataPoints: { count: string }[] }
}

/** An app whose receiver of metrics breaks the connection while it is away. */
const setUp = () => {
  const sent: Sent[] = []
  const receiver = {
    isAway: true,
    async fetch(_url: string, { body }: RequestInit): Promise<Response> {
      const { resourceMetrics = [] } = JSON.parse(String(body))
      const metrics: Metric[] = resourceMetrics
        .flatMap(({ scopeMetrics }: { scopeMetrics: unknown[] }) => scopeMetrics)
        .flatMap((scope: { metrics: Metric[] }) => scope.metrics)
      const count = metrics
        .filter(({ name }) => name === 'http.server.request.duration')
        .flatMap(({ histogram }) => histogram?.dataPoints ?? [])
        .reduce((sum, point) => sum + Number(point.count), 0)
      sent.push({ isTaken: !receiver.isAway, count, points: metrics.length })
      if (receiver.isAway) throw new TypeError('connection broken')
      return Response.json({})
    },
  }
  const options = {
    logs: false,
    metrics: { temporality: 'delta' },
    otlp: { traces: false, fetch: receiver.fetch },
  } as const
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => c.text('ok'))
  const executionCtx = { waitUntil() {}, passThroughOnException() {}, props: {} }
  /** One request a second. */
  const requests = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await app.request('/', {}, {}, executionCtx)
      await vi.advanceTimersByTimeAsync(1000)
    }
  }
  const sum = (isTaken: boolean): number =>
    sent.filter((one) => one.isTaken === isTaken).reduce((total, { count }) => total + count, 0)
  return { sent, receiver, requests, sum, state: () => exporterState(options)?.signals.metrics }
}

beforeEach(() => {
  // Where metrics leave with every batch.
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  forgetPipelines()
})

describe('deltas, while connections to the receiver break', () => {
  it('are at risk three times, and then wait until a request without any is taken', async () => {
    const { sent, receiver, requests, sum, state } = setUp()
    await requests(120)
    const atRisk = sent.filter(({ points }) => points > 0)
    expect(atRisk).toHaveLength(3)
    // A probe at growing pauses, half a minute at most.
    expect(sent.length).toBeGreaterThan(5)
    expect(sent.length).toBeLessThan(20)
    const lost = sum(false)
    expect(lost).toBeLessThan(10)

    receiver.isAway = false
    await requests(60)
    expect(sum(true)).toBe(180 - lost)
    expect(state()).toMatchObject({ circuitOpen: false, queued: 0 })
    expect(state()?.recorded).toBe(Number(state()?.exported) + Number(state()?.dropped.network))
  })

  it('leave with forceFlush as soon as it is back', async () => {
    const { receiver, requests, sum } = setUp()
    await requests(60)
    const lost = sum(false)
    receiver.isAway = false
    expect(await forceFlush()).toBe(true)
    expect(sum(true)).toBe(60 - lost)
  })
})
