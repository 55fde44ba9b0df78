import fc from 'fast-check'
import { describe, vi } from 'vitest'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'
import { hostileText } from './arbitraries.ts'
import { check, must } from './check.ts'

describe('what stands in the environment', () => {
  const NAMES = new Set<string>()
  resolveConfig(
    {},
    (name) => {
      NAMES.add(name)
      return name === 'OTEL_TRACES_SAMPLER' ? 'traceidratio' : undefined
    },
    () => {},
  )
  const texts = hostileText(
    'otlp',
    'none',
    'http://a',
    'a=b',
    '0.5',
    '128',
    'true',
    'http/json',
    '5s',
  )
  check(
    'any variables configure, within the limits',
    fc.dictionary(fc.constantFrom(...NAMES), texts, { maxKeys: 6 }),
    5000,
    (variables) => {
      const warn = vi.fn()
      const { batch, traces, otlp } = resolveConfig({}, (name) => variables[name], warn)
      for (const limit of [
        ...Object.values(traces.limits),
        batch.maxBatchSize,
        batch.maxQueueBytes,
      ]) {
        must(Number.isInteger(limit) && limit > 0, `a limit of ${limit}`)
      }
      must(traces.ratio >= 0 && traces.ratio <= 1, `a ratio of ${traces.ratio}`)
      for (const { traces, metrics, logs } of [otlp || []].flat()) {
        for (const destination of [traces, metrics, logs]) {
          if (destination) {
            new Headers(destination.headers)
            must(URL.canParse(destination.url), destination.url)
          }
        }
      }
      must(
        warn.mock.calls.every(([text]) => text.length < 1000),
        'a long warning',
      )
    },
  )
})
