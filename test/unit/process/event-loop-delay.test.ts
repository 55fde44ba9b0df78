import performanceHooks from 'node:perf_hooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchEventLoop } from '../../../src/process/event-loop-delay.ts'

/** Each as Node's own, of which only this is asked. */
const histograms: { max: number; count: number }[] = []

/** The event loop was late by so many seconds. */
const delay = (seconds: number): void => {
  for (const histogram of histograms) {
    histogram.count++
    histogram.max = Math.max(histogram.max, seconds * 1e9)
  }
}

beforeEach(() => {
  histograms.length = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('on Node and Bun', () => {
  beforeEach(() => {
    vi.spyOn(performanceHooks, 'monitorEventLoopDelay').mockImplementation(() => {
      const histogram = {
        count: 0,
        max: 0,
        enable: () => true,
        percentile: () => 0,
        reset: () => Object.assign(histogram, { count: 0, max: 0 }),
      }
      histograms.push(histogram)
      return histogram as never
    })
  })

  it.each([0, 1000, 59_999])('a delay is told for a minute, and for two at the most (%i)', (ms) => {
    const read = watchEventLoop()
    expect(read()).toBeUndefined()
    vi.advanceTimersByTime(ms)
    delay(3)
    vi.advanceTimersByTime(59_999)
    delay(0.02)
    expect(read()?.max).toBe(3)
    vi.advanceTimersByTime(60_001)
    delay(0.02)
    expect(read()?.max).toBe(0.02)
  })
})

describe('on Deno', () => {
  it('a delay is told for a minute, and no longer', () => {
    vi.stubGlobal('Deno', {})
    const read = watchEventLoop()
    expect(read()).toBeUndefined()
    let nowMs = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
    const pass = (ms: number): void => {
      for (let passed = 0; passed < ms; passed += 20) {
        nowMs += 20
        vi.advanceTimersByTime(20)
      }
    }
    pass(1000)
    nowMs += 3000
    pass(59_000)
    expect(read()?.max).toBeCloseTo(3)
    pass(2000)
    expect(read()?.max).toBeCloseTo(0)
    clock.mockRestore()
  })
})
