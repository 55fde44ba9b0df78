import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { exporterState, log, observability, withSpan } from '../../../src/index.ts'

// What others do before anybody gives options.
log.debug('at module scope')
exporterState()
const before = metrics.getMeter('orders').createCounter('orders.before')
const stock = metrics.getMeter('orders').createObservableGauge('orders.stock')
const both = metrics.getMeter('orders').createObservableGauge('orders.both')
stock.addCallback((result) => result.observe(7))
metrics.getMeter('orders').addBatchObservableCallback((result) => result.observe(both, 8), [both])

const app = new Hono()
app.use(
  observability({
    service: { name: 'late' },
    traces: { fetch: true },
    logs: { otlp: true, access: false },
  }),
)
const after = metrics.getMeter('orders').createCounter('orders.after')
const kept = globalThis.fetch

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

app.get('/hook', (c) => {
  void (async () => {
    await sleep(1000)
    withSpan('process webhook', () => {})
    before.add(1)
    after.add(1)
    await kept(`${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/elsewhere`)
    log.error('webhook failed')
  })()
  return c.text('accepted', 202)
})

console.log('port 0')
await app.request('/hook')
// It lives on, as a server does, and nobody asks it anything any more.
setInterval(() => {}, 1000)
