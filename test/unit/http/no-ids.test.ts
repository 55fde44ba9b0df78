import { Hono } from 'hono'
import type { LogsOptions } from 'hono-observability'
import { log, type ObservabilityOptions, observability } from 'hono-observability'
import { expect, it } from 'vitest'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const linesOf = async (
  options: ObservabilityOptions,
  requests: number,
  headers: Record<string, string> = {},
) => {
  const lines: Record<string, unknown>[] = []
  const app = new Hono()
  app.use(
    observability({
      otlp: false,
      metrics: false,
      traces: false,
      ...options,
      logs: {
        ...(options.logs as LogsOptions),
        console: (line) => {
          lines.push(JSON.parse(line))
        },
      },
    }),
  )
  app.get('/', (c) => {
    log.info('inside')
    return c.text('ok')
  })
  for (let i = 0; i < requests; i++) await app.request('/', { headers })
  return lines
}

it('lines have no ids where nothing is traced', async () => {
  const lines = await linesOf({}, 1)
  expect(lines.map(({ message }) => message)).toEqual(['inside', 'GET / 200'])
  for (const line of lines) {
    expect(Object.keys(line)).not.toContain('trace_id')
    expect(Object.keys(line)).not.toContain('span_id')
    expect(Object.keys(line)).not.toContain('trace_flags')
  }
})

it('lines have the ids of the caller where nothing is traced here', async () => {
  for (const line of await linesOf({}, 1, { traceparent: TRACEPARENT })) {
    expect(line).toMatchObject({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
    })
  }
})

it('the ratio of access lines holds where nothing is traced', async () => {
  const lines = await linesOf({ logs: { accessRatio: 0.5, level: 'info' } }, 400)
  const kept = lines.filter(({ logger }) => logger === 'access').length
  // Six standard deviations.
  expect(Math.abs(kept - 200)).toBeLessThan(60)
})
