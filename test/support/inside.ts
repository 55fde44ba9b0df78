import { Hono } from 'hono'
import { hc } from 'hono/client'
import { cors } from 'hono/cors'
import { setMetric, timing } from 'hono/timing'
import { cf } from '../../src/entries/cf.ts'
import { tracedFetch } from '../../src/entries/client.ts'
import { middlewareSpans } from '../../src/entries/middleware.ts'
import { routeSampler } from '../../src/entries/sampler.ts'
import { observability, withSpan } from '../../src/index.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: Record<string, unknown> }[]
  events?: { name: string }[]
}

type Tree = [name: string, ...children: Tree[]]

const treeOf = (spans: readonly Span[], parent: string | undefined): Tree[] =>
  spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, spanId }) => [name, ...treeOf(spans, spanId)])

/** Asks an app with all that there is to see inside of requests, by a client of hc, and says what was recorded. */
export const seeInside = async () => {
  const spans: Span[] = []
  const lines: Record<string, unknown>[] = []
  const pending: Promise<unknown>[] = []
  const app = new Hono()
  app.use(
    observability({
      metrics: false,
      traces: {
        middleware: middlewareSpans(),
        sampler: routeSampler({ '/sampled-out': 0 }),
      },
      http: {
        ignore: ['/assets/*'],
        cf: cf('edge', 'connection'),
        enrich: (c) => ({ 'shop.plan': c.req.query('plan') }),
      },
      logs: { console: (line) => void lines.push(JSON.parse(line)) },
      otlp: {
        batch: { maxLingerMs: 0 },
        fetch: async (_url, { body }) => {
          const { resourceSpans } = JSON.parse(String(body))
          spans.push(
            ...resourceSpans[0].scopeSpans.flatMap((scope: { spans: Span[] }) => scope.spans),
          )
          return Response.json({})
        },
      },
    }),
  )
  app.use(cors(), timing({ total: false }))
  const routes = app
    .get('/orders/:id', async (c) => {
      setMetric(c, 'db', 1.5)
      return c.json({ id: await withSpan('price', async () => c.req.param('id')) })
    })
    .get('/assets/a.css', (c) => c.json({ id: 'css' }))
    .get('/sampled-out', (c) => c.json({ id: 'out' }))
  const sent: string[] = []
  const client = hc<typeof routes>('http://shop.test', {
    fetch: tracedFetch({
      // Its own ids, but nothing decided, so that the sampler is asked.
      fetch: async (input, init) => {
        const headers = new Headers(init?.headers)
        sent.push(headers.get('traceparent') ?? '')
        if (String(input).includes('sampled-out')) headers.delete('traceparent')
        const request = new Request(input, { ...init, headers, cf: CF } as RequestInit)
        return app.fetch(request, {}, {
          waitUntil: (work: Promise<unknown>) => void pending.push(work),
        } as never)
      },
    }),
  })
  const answers = [
    await client.orders[':id'].$get({ param: { id: '7' }, query: { plan: 'pro' } } as never),
    await client.assets['a.css'].$get(),
    await client['sampled-out'].$get(),
  ]
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  await Promise.all(pending)
  const server = spans.find(({ name }) => name === 'GET /orders/:id')
  return {
    bodies,
    isJoined: `00-${server?.traceId}-${server?.parentSpanId}-03` === sent[0],
    tree: treeOf(spans, server?.parentSpanId),
    events: server?.events?.map(({ name }) => name),
    plans: [
      server?.attributes.find(({ key }) => key === 'shop.plan')?.value.stringValue,
      ...lines.map((line) => line['shop.plan'] ?? null),
    ],
    cf: server?.attributes.filter(({ key }) => /cloudflare|network|tls/.test(key)).length,
    lines: lines.map(({ message }) => message),
  }
}

/** As Cloudflare has it on requests; the constructor of other runtimes drops it. */
const CF = { colo: 'FRA', httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3', tlsCipher: 'AEAD' }

/** What is seen on every runtime. `cf` is Workers' alone. */
export const SEEN = {
  bodies: ['{"id":"7"}', '{"id":"css"}', '{"id":"out"}'],
  isJoined: true,
  tree: [
    [
      'GET /orders/:id',
      ['middleware cors', ['middleware timing', ['handler /orders/:id', ['price']]]],
    ],
  ],
  events: ['server_timing'],
  plans: ['pro', 'pro', null],
  lines: ['GET /orders/:id 200', 'GET /sampled-out 200'],
}
