import {
  createExecutionContext,
  createScheduledController,
  env,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { Hono } from 'hono'
import { instrument, log, type ObservabilityVariables, observability } from 'hono-observability'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import page from '../../docs/privacy.md?raw'

/** A field by where it leaves. */
type Field = `${string} | ${string}`

interface KeyValue {
  key: string
}
interface Wire extends Record<string, unknown> {
  attributes?: KeyValue[]
}

const seen = new Set<Field>()
const see = (where: string, names: Iterable<string>): void => {
  for (const name of names) seen.add(`${where} | ${name}`)
}
const seeAttributes = (where: string, { attributes = [] }: Wire): void =>
  see(
    where,
    attributes.map(({ key }) => key),
  )

/** Fields of the record itself, which is not documented name by name in the conventions. */
const own = ({ attributes: _, ...record }: Wire): string[] => Object.keys(record)

const readTraces = (body: string): void => {
  for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
    seeAttributes('resource', resource)
    for (const { scope, spans } of scopeSpans) {
      see('scope', own(scope))
      for (const span of spans) {
        const { events = [], links = [], ...rest } = span
        see('span', own(rest))
        seeAttributes('span', span)
        for (const event of events) seeAttributes('span event', event)
        for (const link of links) seeAttributes('span link', link)
      }
    }
  }
}

const readMetrics = (body: string): void => {
  for (const { resource, scopeMetrics } of JSON.parse(body).resourceMetrics) {
    seeAttributes('resource', resource)
    for (const { scope, metrics } of scopeMetrics) {
      see('scope', own(scope))
      for (const { name, sum, gauge, histogram } of metrics) {
        see('metric', [name])
        for (const point of (sum ?? gauge ?? histogram).dataPoints) {
          seeAttributes('metric attribute', point)
          for (const exemplar of point.exemplars ?? []) see('exemplar', own(exemplar))
        }
      }
    }
  }
}

interface Environment {
  CACHE: KVNamespace
  DB: D1Database
}

/** An app that uses what an app uses, with no option but its name and where its telemetry goes. */
const run = async (): Promise<void> => {
  const options = {
    service: { name: 'shop' },
    otlp: {
      fetch: async (url: string, { body, headers }: RequestInit): Promise<Response> => {
        see('header to the collector', new Headers(headers).keys())
        if (url.endsWith('/v1/traces')) readTraces(String(body))
        else if (url.endsWith('/v1/metrics')) readMetrics(String(body))
        else see('signal', [url])
        return Response.json({})
      },
    },
  }
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => {
      if (typeof line === 'string' && line.startsWith('{'))
        see('line', Object.keys(JSON.parse(line)))
    })
  }
  const outgoing = vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    see('header to others', new Headers(init?.headers).keys())
    return new Response('')
  })
  const app = new Hono<{ Bindings: Environment; Variables: ObservabilityVariables }>()
  app.use(observability(options))
  app.get('/orders/:id', async (c) => {
    log.info('order read')
    // Longer than what is slow.
    await scheduler.wait(320)
    await c.env.CACHE.put('a', 'b')
    await c.env.CACHE.get('a')
    await c.env.CACHE.list()
    await c.env.DB.prepare('SELECT 1 AS one').all()
    await c.env.DB.exec('CREATE TABLE IF NOT EXISTS privacy (id INTEGER)')
    await c.env.DB.prepare('INSERT INTO privacy (id) VALUES (?)').bind(1).run()
    await fetch('https://api.example.com/', { headers: {} })
    return c.text('ok')
  })
  app.get('/boom', () => {
    throw new TypeError('broken', { cause: Object.assign(new Error('inner'), { code: 'E_IN' }) })
  })
  app.get('/stream', (c) =>
    c.body(new Response('abc').body?.pipeThrough(new TransformStream()) as ReadableStream),
  )
  const worker = instrument(
    { fetch: app.fetch, scheduled: async () => log.info('nightly') },
    options,
  ) as Required<Pick<ExportedHandler<Environment>, 'fetch' | 'scheduled'>>
  const bindings = {
    ...(env as Environment),
    VERSION: { id: 'v-1', tag: 'v1', timestamp: '2026-11-21T08:30:15.042Z' },
  }
  const requests: [string, RequestInit?][] = [
    ['/orders/17?page=2#top', { headers: { cookie: 'sid=1', 'user-agent': 'x', 'cf-connecting-ip': '192.0.2.1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=b', baggage: 'c=d' } }],
    ['/boom'],
    ['/nothing', { method: 'POST', body: 'secret body' }],
    ['/orders/17', { method: 'PURGE' }],
    ['/stream'],
  ] // biome-ignore format: one line each
  for (const [path, init] of requests) {
    const ctx = createExecutionContext()
    const request = new Request(`https://shop.example:8443${path}`, init) as Parameters<
      typeof worker.fetch
    >[0]
    const response = await worker.fetch(request, bindings, ctx)
    see(
      'response header',
      [...response.headers.keys()].filter((name) => !name.startsWith('content-')),
    )
    await response.text()
    await waitOnExecutionContext(ctx)
  }
  const ctx = createExecutionContext()
  await worker.scheduled(createScheduledController({ cron: '0 3 * * *' }), bindings, ctx)
  await waitOnExecutionContext(ctx)
  expect(outgoing).toHaveBeenCalled()
}

/** The rows of the page's table: where, field, what, where to turn it off. */
const rows = (page.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => /^\| [a-z ]+ \| `/.test(line))
  .map((line) => line.slice(2, -2).split(/ \| /))
const documented = rows.flatMap(([where, names = '']) =>
  [...names.matchAll(/`([^`]+)`/g)].map(([, name]): Field => `${where} | ${name}`),
)

beforeAll(run)
afterAll(() => {
  vi.restoreAllMocks()
})

describe('the table of what leaves a Worker', () => {
  it('has everything that a Worker without options sends', () => {
    expect([...seen].filter((field) => !documented.includes(field)).sort()).toEqual([])
  })

  it('has nothing that is not sent', () => {
    expect(documented.filter((field) => !seen.has(field)).sort()).toEqual([])
  })

  it('says of each field where it is turned off', () => {
    for (const row of rows) expect(row).toHaveLength(4)
    expect(rows.filter(([, , what, off]) => !what?.trim() || !off?.trim())).toEqual([])
  })
})
