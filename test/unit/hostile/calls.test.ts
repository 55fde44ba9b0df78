import { Hono } from 'hono'
import { type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CALLS } from './calls.ts'
import { HOSTILE } from './hostile-values.ts'
import { catchTelemetry, type WireSpan } from './support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(Object.keys(CALLS))('%s', (name) => {
  it('does not throw, whatever it is given, and harms no other record', {
    timeout: 120_000,
  }, async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const caught = catchTelemetry()
    const app = new Hono()
    const failures: string[] = []
    app.use(observability(caught.options() as ObservabilityOptions))
    app.get('/', async (c) => {
      for (const [value, make] of Object.entries(HOSTILE)) {
        try {
          await CALLS[name]?.(make)
        } catch (error) {
          failures.push(`${value}: ${(error as Error).stack?.split('\n').slice(0, 4).join()}`)
        }
      }
      withSpan('last', () => {})
      return c.text('ok')
    })
    const response = await caught.send(app, new Request('http://hostile.test/'))
    expect(failures).toEqual([])
    expect(await response.text()).toBe('ok')
    const { spans } = caught
    expect(spans.map((span) => span.name)).toContain('GET /')
    expect(spans.map((span) => span.name)).toContain('last')
    expect(spans.filter(isWrong)).toEqual([])
  })
})

/** What a receiver would refuse, together with all that came in the same request. */
const isWrong = ({ traceId, spanId, kind, name, links = [] }: WireSpan): boolean =>
  !/^[\da-f]{32}$/.test(traceId) ||
  !/^[\da-f]{16}$/.test(spanId) ||
  !(kind >= 1 && kind <= 5) ||
  typeof name !== 'string' ||
  links.some((link) => !/^[\da-f]{32}$/.test(link.traceId) || !/^[\da-f]{16}$/.test(link.spanId))
