import { Hono } from 'hono'
import { instrument, log, type ObservabilityOptions, observability } from 'hono-observability'
import { healthRoutes } from 'hono-observability/health'
import { prometheusRoute } from 'hono-observability/prometheus'

const options: ObservabilityOptions = {
  service: { name: 'raw' },
  logs: { otlp: true },
  traces: { serverTiming: true },
  http: { requestHeaders: ['x-seen'], userAgent: true, query: 'values' },
}

const app = new Hono()

app.use(observability(options))
app.route('/', healthRoutes({}))
app.route('/', prometheusRoute({ from: () => [], public: true }))

app.all('/seen/*', (c) => {
  log.info(`seen ${c.req.header('x-seen')}`, { path: c.req.path, [c.req.query('k') ?? 'k']: 1 })
  return c.text('seen')
})

export default instrument(app, options)
