import { Hono } from 'hono'
import { exporterState, instrument, observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { d1, healthRoutes, kv, telemetry } from 'hono-observability/health'
import { prometheusRoute } from 'hono-observability/prometheus'
import type { AppEnv, Bindings } from './env.ts'
import { notFound, onError } from './errors.ts'
import { admin } from './routes/admin.ts'
import { api } from './routes/api.ts'
import { boom } from './routes/boom.ts'
import { carts } from './routes/carts.ts'
import { events } from './routes/events.ts'
import { home } from './routes/home.ts'
import { orders } from './routes/orders.ts'
import { products } from './routes/products.ts'

/** Adds up the metrics of all isolates. */
export { MetricsAggregator } from 'hono-observability/aggregator'

const app = new Hono<AppEnv>()

app.use(
  observability({
    service: { name: 'shop' },
    traces: { fetch: true },
    metrics: { temporality: 'aggregator' },
    bindings: bindings(),
  }),
)
app.onError(onError)
app.notFound(notFound)

app.route(
  '/',
  healthRoutes({
    checks: { db: d1('DB'), carts: kv('CARTS'), telemetry: telemetry(exporterState) },
  }),
)
app.route(
  '/',
  prometheusRoute<Bindings>({ aggregator: 'METRICS', token: (env) => env.METRICS_TOKEN }),
)
app.route('/', home)
app.route('/products', products)
app.route('/carts', carts)
app.route('/orders', orders)
app.route('/events', events)
app.route('/admin', admin)
app.route('/boom', boom)
app.route('/', api)

export default instrument(app)
