// Compiled in the fresh project, where only the package's own types are.
import { Hono } from 'hono'
import { hc } from 'hono/client'
import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { type ObservabilityVariables, observability, shutdown, withSpan } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { cf } from 'hono-observability/cf'
import { tracedFetch } from 'hono-observability/client'
import { costs } from 'hono-observability/costs'
import { type DatabaseOptions, instrumentDatabase } from 'hono-observability/db'
import { genai } from 'hono-observability/genai'
import { custom, healthRoutes } from 'hono-observability/health'
import { honoMetrics } from 'hono-observability/hono'
import { instrumentLambda } from 'hono-observability/lambda'
import { instrumentMcp } from 'hono-observability/mcp'
import { middlewareSpans } from 'hono-observability/middleware'
import { hostResource, processMetrics } from 'hono-observability/process'
import { prometheusRoute } from 'hono-observability/prometheus'
import { protobuf } from 'hono-observability/protobuf'
import { knownRoutes } from 'hono-observability/routes'
import { tracedExecute, trpcTracing } from 'hono-observability/rpc'
import { routeSampler } from 'hono-observability/sampler'
import { type CapturedSpan, captured } from 'hono-observability/testing'
import { usage } from 'hono-observability/usage'
import { setUser } from 'hono-observability/user'
import { observeUpgrade } from 'hono-observability/websocket'

export const app: Hono<{ Variables: ObservabilityVariables }> = new Hono()
app.use(
  observability({
    service: { name: 'fresh' },
    resource: hostResource(),
    otlp: { protocol: protobuf },
    bindings: bindings({ usage: usage({ costs: costs() }) }),
    traces: { middleware: middlewareSpans(), sampler: routeSampler({ '/': 1 }), genai: genai() },
    http: { cf: cf('edge'), ignore: ['/favicon.ico'], route: knownRoutes(['/']) },
  }),
)
app.use(processMetrics(), honoMetrics())
instrumentMcp({ connect: async () => {} }, { propagate: false })
app.route('/', healthRoutes({ checks: { self: custom(() => ({ observedValue: 1 })) } }))
app.route('/', prometheusRoute({ from: () => [], public: true }))
app.get('/', async (c) => {
  c.var.log.info('read')
  setUser(7)
  const price: number = await withSpan('price', async () => 7)
  return c.json({ price, id: c.var.requestId satisfies string })
})

app.get(
  '/socket',
  observeUpgrade(upgradeWebSocket)(() => ({ onMessage: ({ data }, ws) => ws.send(String(data)) })),
)

export const client = hc<typeof app>('http://localhost', { fetch: tracedFetch() })
const database: { query(text: string): string } = { query: (text) => text }
export const queried: string = instrumentDatabase(database, {
  queryText: false,
} satisfies DatabaseOptions).query('')

export const called: Promise<{ ok: boolean }> = trpcTracing({
  path: 'planet.byId',
  type: 'query',
  next: async () => ({ ok: true }),
})
export const ran: number = tracedExecute(() => 7, { document: true })({ document: {} })
export const isSent: Promise<boolean> = shutdown()

export const spans: Promise<CapturedSpan[]> = captured(app, '/').then(({ spans }) => spans)

export const handler: typeof app.fetch = instrumentLambda(app.fetch, { xray: 'link' })
