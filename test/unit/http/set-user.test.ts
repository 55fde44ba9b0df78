import { Hono } from 'hono'
import { EMAIL, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { setUser } from 'hono-observability/user'
import { describe, expect, it } from 'vitest'
import { catchTelemetry } from '../hostile/support.ts'

type Logs = Extract<ObservabilityOptions['logs'], object>

/** What a request by somebody leaves on its span and its line; everything that was sent, too. */
const ask = async (id: unknown, logs: Logs | false = {}) => {
  const caught = catchTelemetry()
  const lines: Record<string, unknown>[] = []
  const options = caught.options({
    metrics: { temporality: 'delta' },
    logs: logs && { console: (line) => void lines.push(JSON.parse(line)), ...logs },
  })
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) =>
    withSpan('who', async () => {
      setUser(id as string)
      return c.text('ok')
    }),
  )
  const response = await caught.send(app, new Request('https://shop.test/'))
  expect(await response.text()).toBe('ok')
  const server = caught.spans.find(({ name }) => name === 'GET /')
  return {
    span: server?.attributes.find(({ key }) => key === 'user.id')?.value.stringValue,
    line: lines.at(-1)?.['user.id'],
    metrics: caught.bodies.get('metrics')?.join() ?? '',
  }
}

describe('setUser', () => {
  it('says who it is on the server span and the access line, and not on metrics', async () => {
    const { span, line, metrics } = await ask('u_4711')
    expect([span, line]).toEqual(['u_4711', 'u_4711'])
    expect(metrics).toContain('http.server.request.duration')
    expect(metrics).not.toContain('u_4711')
  })

  it.each<[string, string, Logs, string]>([
    [
      'a token',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
      {},
      '[REDACTED]',
    ],
    ['a pattern', 'jo@example.com', { redact: { patterns: [EMAIL] } }, '[REDACTED]'],
    ['a key', 'u_1', { redact: { keys: ['user.id'] } }, '[REDACTED]'],
    ['a path', 'u_1', { redact: { paths: ['user.id'] } }, '[REDACTED]'],
    ['a wildcard’s path', 'u_1', { redact: { paths: ['user.*'], censor: '***' } }, '***'],
    ['a secret', 'user-s3cr3t-1', { redact: { secrets: ['s3cr3t'] } }, 'user-[REDACTED]-1'],
  ])('obeys redaction by %s', async (_, id, logs, expected) => {
    const { span, line } = await ask(id, logs)
    expect([span, line]).toEqual([expected, expected])
  })

  it('takes numbers, keeps 255 characters, and nothing of what is nobody', async () => {
    expect((await ask(7)).span).toBe('7')
    expect((await ask('u'.repeat(10_000_000))).span).toBe('u'.repeat(255))
    for (const nobody of [undefined, null, '', {}, Symbol('x')]) {
      expect(await ask(nobody)).toMatchObject({ span: undefined, line: undefined })
    }
  })

  it('works without lines, and outside a request is nothing', async () => {
    expect((await ask('u_1', false)).span).toBe('u_1')
    expect(() => setUser('u_1')).not.toThrow()
  })
})
