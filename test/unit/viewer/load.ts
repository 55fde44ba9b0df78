import type { Json } from './suite/backend.ts'
import { id, keyValues, nano } from './suite/records.ts'

const SPANS_PER_TRACE = 5
const NAMES = ['GET /orders/:id', 'auth', 'd1 query', 'POST /charge', 'render']

/** Spans like those of a shop, `count` from the number `first` on: traces of five, one in fifty failed. */
export function traceBatch(first: number, count: number, nowMs: number = Date.now()): Json {
  const services: Record<string, Json[]> = { shop: [], payments: [] }
  for (let number = first; number < first + count; number++) {
    const trace = Math.floor(number / SPANS_PER_TRACE)
    const position = number % SPANS_PER_TRACE
    const service = position === 3 ? 'payments' : 'shop'
    const isFailed = position === 3 && trace % 50 === 0
    const durationMs = position === 0 ? 20 + (trace % 1000) : 2
    services[service]?.push({
      traceId: id(trace + 1, 32),
      spanId: id(number + 1, 16),
      ...(position && { parentSpanId: id(trace * SPANS_PER_TRACE + 1, 16) }),
      name: NAMES[position],
      kind: position === 0 || position === 3 ? 2 : 1,
      startTimeUnixNano: nano(nowMs + position),
      endTimeUnixNano: nano(nowMs + position + durationMs),
      attributes: keyValues({
        'http.request.method': position === 3 ? 'POST' : 'GET',
        'http.route': position === 3 ? '/charge' : '/orders/:id',
        'http.response.status_code': isFailed ? 500 : 200,
        'url.path': `/orders/order-${trace}`,
        'url.scheme': 'https',
        'server.address': 'shop.example.com',
        'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) checkout-test',
        'network.protocol.version': '1.1',
        'order.id': number,
        'db.query.text': 'SELECT id, total FROM orders WHERE id = ?',
      }),
      ...(isFailed && { status: { code: 2, message: 'card declined' } }),
    })
  }
  return {
    resourceSpans: Object.entries(services).map(([service, spans]) => ({
      resource: { attributes: keyValues({ 'service.name': service, 'service.version': '1.4.0' }) },
      scopeSpans: [{ scope: { name: 'hono-observability' }, spans }],
    })),
  }
}
