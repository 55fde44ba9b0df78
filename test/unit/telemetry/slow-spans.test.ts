import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import {
  type ObservabilityOptions,
  observability,
  slowSpans,
  withSpan,
} from '../../../src/index.ts'

type Line = Record<string, unknown>

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The lines of the logger `spans` that a handler leads to, and the ids of a span of its. */
const linesOf = async (
  handler: () => unknown,
  thresholdMs = 30,
  more: ObservabilityOptions = {},
): Promise<Line[]> => {
  const lines: Line[] = []
  const app = new Hono()
  app.use(
    observability({
      otlp: false,
      logs: { console: (line) => void lines.push(JSON.parse(line)) },
      ...more,
      traces: {
        ...(more.traces as object),
        processors: [slowSpans({ slowThresholdMs: thresholdMs })],
      },
    }),
  )
  app.get('/', async (c) => {
    await handler()
    return c.text('ok')
  })
  await app.request('/')
  return lines.filter(({ logger }) => logger === 'spans')
}

describe('a span of `withSpan` that took long', () => {
  it('leaves one line, with its own ids, its duration and the threshold', async () => {
    let ids: { traceId: string; spanId: string } | undefined
    const lines = await linesOf(() =>
      withSpan('price', async (span) => {
        ids = span.spanContext()
        await sleep(60)
      }),
    )
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        message: 'slow price',
        trace_id: ids?.traceId,
        span_id: ids?.spanId,
        request_id: expect.any(String),
        operation: 'price',
        slow: true,
        threshold_ms: 30,
      }),
    ])
    expect(lines[0]?.duration_ms).toBeGreaterThanOrEqual(30)
  })

  it('leaves one when it failed, and one for each around it', async () => {
    const lines = await linesOf(() =>
      withSpan('outer', () =>
        withSpan('inner', async () => {
          await sleep(60)
          throw new Error('late')
        }),
      ).catch(() => {}),
    )
    expect(lines.map(({ message }) => message)).toEqual(['slow inner', 'slow outer'])
  })

  it('is told of from a threshold of 0 on, and the request’s own span and others’ never', async () => {
    const lines = await linesOf(() => {
      withSpan('fast', () => 1)
      trace.getTracer('other').startSpan('theirs').end()
    }, 0)
    expect(lines.map(({ message }) => message)).toEqual(['slow fast'])
  })

  it('is not told of below the threshold, nor where its trace is not recorded', async () => {
    expect(await linesOf(() => withSpan('price', () => sleep(1)), 60_000)).toEqual([])
    expect(await linesOf(() => withSpan('price', () => 1), 0, { traces: { ratio: 0 } })).toEqual([])
  })
})

it.each([-1, 1.5, Number.NaN, '5', null])('a threshold of %s is refused', (slowThresholdMs) => {
  expect(() => slowSpans({ slowThresholdMs: slowThresholdMs as number })).toThrow(
    /^Cannot tell of slow spans: `slowThresholdMs` must be a whole number from 0/,
  )
})

it.each([5, null, 'fast'])('options that are %s are refused', (options) => {
  expect(() => slowSpans(options as never)).toThrow(
    /^Cannot tell of slow spans: `options` must be an object, received /,
  )
})

it('an unknown option is refused', () => {
  expect(() => slowSpans({ slowTresholdMs: 5 } as never)).toThrow(
    /^Cannot tell of slow spans: `slowTresholdMs` must be left out: there is only `slowThresholdMs`, received 5$/,
  )
})
