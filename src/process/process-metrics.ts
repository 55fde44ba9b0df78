import {
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type Observable,
} from '@opentelemetry/api'
import type { MiddlewareHandler } from 'hono'
import { guard } from '../base/guard.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { isThere } from '../metrics/early.ts'
import { measureActiveResources } from './active-resources.ts'
import { type DelaySummary, watchEventLoop } from './event-loop-delay.ts'
import { measureEventLoopTime } from './event-loop-time.ts'
import { watchGarbageCollection } from './garbage-collection.ts'
import { measureHeap } from './heap-memory.ts'
import { realProcess } from './real-process.ts'

const measured = /* @__PURE__ */ new WeakSet<MeterProvider>()

/**
 * Measures the process from the first request on: memory and heap, CPU time, uptime, the delay and the load of the
 * event loop, what keeps it alive, and garbage collection. Deno, Bun and Node; on Workers, which have no process of their own, it does nothing. Register
 * it behind `observability`; used twice, it measures once.
 *
 * Follows the conventions for process, Node.js and V8 metrics 1.44: `process.memory.usage` (By),
 * `process.cpu.time` (s, by `cpu.mode`), `process.uptime` (s), `nodejs.eventloop.delay.*` (s, of the last
 * minute or two); on Node and Deno `v8js.memory.heap.used` and `.limit` (By, by `v8js.heap.space.name`); on Node
 * `nodejs.eventloop.time` (s, by `nodejs.eventloop.state`) and `v8js.gc.duration` (s, by `v8js.gc.type`). Without a
 * convention: `hono.process.heap.limit` (By), on Node and Deno, and `hono.process.active_resources` (`{resource}`, by
 * `hono.process.resource.type`), on Node. No timer keeps the process alive.
 *
 * @returns A Hono middleware.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { processMetrics } from 'hono-observability/process'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.use(processMetrics())
 * ```
 */
export const processMetrics = (): MiddlewareHandler =>
  function processMetrics(_, next): Promise<void> {
    // The API knows its provider from the first request on.
    const provider = metrics.getMeterProvider()
    if (!measured.has(provider)) {
      measured.add(provider)
      guard(() => measure(provider.getMeter(`${SCOPE_NAME}/process`, VERSION)))
    }
    return next()
  }

const measure = (meter: Meter): void => {
  const process = realProcess()
  // To watch the event loop costs something, also when there are no metrics to tell it by.
  if (!process || !isThere() || meter === createNoopMeter()) {
    return
  }
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      unit: 'By',
      description: 'The amount of physical memory in use.',
    })
    .addCallback((result) => result.observe(process.memoryUsage().rss))
  meter
    .createObservableCounter('process.cpu.time', {
      unit: 's',
      description: 'Total CPU seconds broken down by different states.',
    })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage()
      result.observe(user / 1e6, { 'cpu.mode': 'user' })
      result.observe(system / 1e6, { 'cpu.mode': 'system' })
    })
  meter
    .createObservableGauge('process.uptime', {
      unit: 's',
      description: 'The time the process has been running.',
    })
    .addCallback((result) => result.observe(process.uptime()))
  measureEventLoop(meter)
  measureEventLoopTime(meter)
  measureHeap(meter)
  measureActiveResources(meter)
  const collections = meter.createHistogram('v8js.gc.duration', {
    unit: 's',
    description: 'Garbage collection duration.',
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10] },
  })
  watchGarbageCollection((seconds, type) => collections.record(seconds, { 'v8js.gc.type': type }))
}

const DELAYS: Readonly<Record<keyof DelaySummary, string>> = {
  min: 'minimum',
  max: 'maximum',
  mean: 'mean',
  stddev: 'standard deviation',
  p50: '50 percentile',
  p90: '90 percentile',
  p99: '99 percentile',
}

const measureEventLoop = (meter: Meter): void => {
  const read = watchEventLoop()
  const names = Object.keys(DELAYS) as (keyof DelaySummary)[]
  const gauges = names.map((name) =>
    meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
      unit: 's',
      description: `Event loop ${DELAYS[name]} delay.`,
    }),
  )
  meter.addBatchObservableCallback((result) => {
    const summary = read()
    if (summary) {
      names.forEach((name, i) => {
        result.observe(gauges[i] as Observable, summary[name])
      })
    }
  }, gauges)
}
