import { Hono } from 'hono'
import { forceFlush, observability } from 'hono-observability'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'

let warnings: string[]

beforeEach(() => {
  warnings = []
  vi.spyOn(console, 'warn').mockImplementation((line) => void warnings.push(String(line)))
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** What the three signals' requests carried, after each of some requests to an app. */
const sentWith = async (env: object, requests = 1, headers: Record<string, string> = {}) => {
  const sent: { path: string; headers: Headers }[] = []
  const options = {
    otlp: {
      headers,
      fetch: async (url: string, init: RequestInit) => {
        sent.push({ path: new URL(url).pathname, headers: new Headers(init.headers) })
        return new Response('{}')
      },
    },
    logs: { otlp: true, console: false as const },
  }
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => c.text('ok'))
  for (let i = 0; i < requests; i++) {
    const work: Promise<unknown>[] = []
    await app.request('/', {}, env, {
      waitUntil: (promise: Promise<unknown>) => void work.push(promise),
      passThroughOnException: () => {},
      props: {},
    })
    await forceFlush()
    await Promise.all(work)
  }
  return sent
}

/** A secret of the Secrets Store, by its documented interface. */
const secretOf = (...texts: (string | Error)[]) => {
  const secret = {
    reads: 0,
    async get(): Promise<string> {
      const text = texts[Math.min(secret.reads++, texts.length - 1)] as string | Error
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (text instanceof Error) throw text
      return text
    },
  }
  return secret
}

const PATHS = ['/v1/logs', '/v1/metrics', '/v1/traces']

it('headers come from a JSON variable', async () => {
  const sent = await sentWith({
    OTEL_EXPORTER_OTLP_HEADERS: { 'X-Api-Key': 'k', 'x-tenant': 7 },
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: { 'x-api-key': 'of logs' },
  })
  expect(sent.map(({ path }) => path).sort()).toEqual(PATHS)
  for (const { path, headers } of sent) {
    expect(headers.get('x-api-key')).toBe(path === '/v1/logs' ? 'of logs' : 'k')
    expect(headers.get('x-tenant')).toBe('7')
  }
  expect(warnings).toEqual([])
})

it('headers come from JSON in a text, as the Secrets Store and process.env keep it', async () => {
  const [sent] = await sentWith({ OTEL_EXPORTER_OTLP_HEADERS: '{"x-api-key":"k=,"}' })
  expect(sent?.headers.get('x-api-key')).toBe('k=,')
})

it.each(['x-api-key=k%20k', '{"x-api-key":"k k"}'])(
  'headers come from a secret, read once before the first export: %s',
  async (text) => {
    const secret = secretOf(text)
    const sent = await sentWith({ OTEL_EXPORTER_OTLP_HEADERS: secret }, 3)
    expect(sent.length).toBeGreaterThanOrEqual(9)
    expect(new Set(sent.map(({ headers }) => headers.get('x-api-key')))).toEqual(new Set(['k k']))
    expect(secret.reads).toBe(1)
  },
)

it('a secret of one signal goes with that signal alone, and code has the last word', async () => {
  const sent = await sentWith(
    {
      OTEL_EXPORTER_OTLP_HEADERS: { 'x-api-key': 'common', 'x-own': 'variable' },
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: secretOf('x-api-key=secret'),
    },
    1,
    { 'X-Own': 'code' },
  )
  expect(sent.map(({ path }) => path).sort()).toEqual(PATHS)
  for (const { path, headers } of sent) {
    expect(headers.get('x-api-key')).toBe(path === '/v1/traces' ? 'secret' : 'common')
    expect(headers.get('x-own')).toBe('code')
  }
})

it('a secret that cannot be read is warned of once, and nothing leaves without it', async () => {
  const secret = secretOf(new Error('not found 1'), new Error('not found 1'), 'x-api-key=k')
  const sent = await sentWith({ OTEL_EXPORTER_OTLP_LOGS_HEADERS: secret }, 3)
  const logs = sent.filter(({ path }) => path === '/v1/logs')
  expect(logs.length).toBeGreaterThan(0)
  expect(logs.map(({ headers }) => headers.get('x-api-key'))).not.toContain(null)
  expect(warnings.filter((line) => line.includes('OTEL_EXPORTER_OTLP_LOGS_HEADERS'))).toHaveLength(
    1,
  )
})

it('a secret that is not headers is warned of without saying it', async () => {
  const sent = await sentWith({ OTEL_EXPORTER_OTLP_METRICS_HEADERS: secretOf('hunter2') })
  expect(sent.map(({ path }) => path)).not.toContain('/v1/metrics')
  expect(warnings.join()).toContain('`OTEL_EXPORTER_OTLP_METRICS_HEADERS` must be')
  expect(warnings.join()).not.toContain('hunter2')
})

it.each([
  ['a list', ['x']],
  ['a nested object', { 'x-api-key': { a: 1 } }],
  ['an illegal name', { 'x api': 'k' }],
  ['an empty object', {}],
  ['a function', () => 'k'],
  [
    'a KV namespace',
    { get: async (): Promise<string> => 'x=y', put: async () => {}, list: async () => {} },
  ],
  ['a Durable Object namespace', { get: (): object => ({}), idFromName: () => ({}) }],
])('%s for headers is warned of once', async (name, value) => {
  const variable = 'OTEL_EXPORTER_OTLP_HEADERS'
  const said: string[] = []
  const bound = (asked: string) => (asked === variable ? (value as object) : undefined)
  const { otlp } = resolveConfig(
    {},
    () => undefined,
    (line) => said.push(line),
    false,
    bound,
  )
  expect(said, name).toEqual([
    expect.stringMatching(`\`${variable}\` must be .*, received (object|array|function)`),
  ])
  expect(otlp[0]?.traces).toMatchObject({ headers: {} })
  expect(otlp[0]?.traces).not.toHaveProperty('secretHeaders')
})

it('a binding under the name of any other variable is warned of', async () => {
  const said: string[] = []
  resolveConfig(
    {},
    () => undefined,
    (line) => said.push(line),
    false,
    (asked) => (/SERVICE_NAME|PROPAGATORS|BSP_MAX_QUEUE/.test(asked) ? secretOf('x') : undefined),
  )
  expect(said).toHaveLength(3)
})
