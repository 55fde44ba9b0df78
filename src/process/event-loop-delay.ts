import { unrefTimer } from '../base/sleep.ts'
import { builtin } from './builtin.ts'

/** In seconds. */
export type DelaySummary = Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>

interface NativeHistogram {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly stddev: number
  percentile(percentile: number): number
  enable(): void
  reset(): void
}

interface PerfHooks {
  monitorEventLoopDelay?(options: { resolution: number }): NativeHistogram
}

const RESOLUTION_MS = 10
const SAMPLE_MS = 20
const WINDOW_MS = 60_000

/**
 * Starts to watch the event loop. The returned function says how it was in the last minute, or two at the most;
 * undefined without a sample. A time that each reading began anew would be cut short by every other reader.
 */
export const watchEventLoop = (): (() => DelaySummary | undefined) => {
  // Deno has it too, but a blocked loop does not show in it.
  const monitor =
    'Deno' in globalThis ? undefined : builtin<PerfHooks>('perf_hooks')?.monitorEventLoopDelay
  return monitor ? readNative(() => monitor({ resolution: RESOLUTION_MS })) : readTimer()
}

/** Such histograms forget all or nothing: one is read while another fills. */
const readNative = (create: () => NativeHistogram) => {
  let read = create()
  let next = create()
  read.enable()
  next.enable()
  const timer = setInterval(() => {
    const last = read
    read = next
    next = last
    last.reset()
  }, WINDOW_MS)
  unrefTimer(timer)
  return (): DelaySummary | undefined => {
    if (!read.count) {
      return undefined
    }
    const { min, max, mean, stddev } = read
    const nanoseconds: DelaySummary = {
      min,
      max,
      mean,
      stddev,
      p50: read.percentile(50),
      p90: read.percentile(90),
      p99: read.percentile(99),
    }
    for (const key in nanoseconds) {
      nanoseconds[key as keyof DelaySummary] /= 1e9
    }
    return nanoseconds
  }
}

/** How much later than due a timer fires. */
const readTimer = () => {
  const samples: number[] = []
  let next = 0
  let lastMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    samples[next++ % (WINDOW_MS / SAMPLE_MS)] = Math.max(0, nowMs - lastMs - SAMPLE_MS) / 1000
    lastMs = nowMs
  }, SAMPLE_MS)
  unrefTimer(timer)
  return (): DelaySummary | undefined => summarize(samples)
}

/** Of these seconds; undefined when there are none. */
export const summarize = (samples: readonly number[]): DelaySummary | undefined => {
  const sorted = samples.toSorted((a, b) => a - b)
  const count = sorted.length
  if (!count) {
    return undefined
  }
  const at = (share: number): number => sorted[Math.ceil(share * count) - 1] ?? 0
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
  return {
    min: sorted[0] ?? 0,
    max: at(1),
    mean,
    stddev: Math.sqrt(variance),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
  }
}
