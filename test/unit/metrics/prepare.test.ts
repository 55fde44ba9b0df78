import { expect, it } from 'vitest'
import { createMeterProvider } from '../../../src/metrics/provider.ts'

it('makes the instruments of the export only when they are first collected, and counts from the beginning', async () => {
  let nowMs = 1000
  let prepared = 0
  const provider = createMeterProvider({
    now: () => nowMs,
    prepare: () => {
      prepared++
      provider.getMeter('own').createCounter('otel.sdk.span.started').add(3)
    },
  })
  const reader = provider.addReader('delta')
  const second = provider.addReader('cumulative')
  nowMs = 5000
  provider.getMeter('app').createCounter('made').add(1)
  expect(prepared).toBe(0)
  nowMs = 9000
  const metrics = await reader.collect()
  expect(metrics.map(({ name, points }) => [name, points[0]?.startMs, points[0]?.timeMs])).toEqual([
    ['made', 5000, 9000],
    ['otel.sdk.span.started', 1000, 9001],
  ])
  await second.collect()
  await reader.collect()
  expect(prepared).toBe(1)
})
