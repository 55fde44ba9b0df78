import type { Meter } from '@opentelemetry/api'
import { builtin } from './builtin.ts'

interface PerfHooks {
  performance?: { eventLoopUtilization?(): { idle: number; active: number } }
}

/** How long the event loop worked and waited, on Node: elsewhere it tells nothing. */
export const measureEventLoopTime = (meter: Meter): void => {
  const { performance } = builtin<PerfHooks>('perf_hooks') ?? {}
  if ('Deno' in globalThis || 'Bun' in globalThis || !performance?.eventLoopUtilization) {
    return
  }
  meter
    .createObservableCounter('nodejs.eventloop.time', {
      unit: 's',
      description: 'Cumulative duration of time the event loop has been in each state.',
    })
    .addCallback((result) => {
      const { idle, active } = performance.eventLoopUtilization?.() ?? { idle: 0, active: 0 }
      result.observe(active / 1000, { 'nodejs.eventloop.state': 'active' })
      result.observe(idle / 1000, { 'nodejs.eventloop.state': 'idle' })
    })
}
