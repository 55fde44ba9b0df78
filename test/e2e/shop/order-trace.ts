import { expect } from 'vitest'

/** A span as it has to be, and those below it in the order in which they began. */
export interface ExpectedSpan {
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** All of them; cold starts aside. */
  attributes: Record<string, unknown>
  children: ExpectedSpan[]
}

type Part = (
  name: string,
  attributes: Record<string, unknown>,
  ...children: ExpectedSpan[]
) => ExpectedSpan

const part =
  (kind: ExpectedSpan['kind']): Part =>
  (name, attributes, ...children) => ({ name, kind, attributes, children })

const internal = part('internal')
const server = part('server')
const client = part('client')
const producer = part('producer')
const consumer = part('consumer')

const count = expect.any(Number)

const binding = (type: string, name: string) => ({
  'cloudflare.binding.type': type,
  'cloudflare.binding.name': name,
})

const kv = (operation: string, more: object = {}) =>
  client(`${operation} CARTS`, {
    ...binding('KV', 'CARTS'),
    'db.system.name': 'cloudflare-kv',
    'db.namespace': 'CARTS',
    'db.operation.name': operation,
    ...more,
  })

const d1 = (operation: string, table: string | undefined, text: string, more: object) =>
  client(`${operation} ${table ?? 'DB'}`, {
    ...binding('D1', 'DB'),
    'db.system.name': 'sqlite',
    'db.namespace': 'DB',
    'db.operation.name': operation,
    ...(table && { 'db.collection.name': table, 'db.query.summary': `${operation} ${table}` }),
    'db.query.text': text,
    ...more,
  })

/** What D1 tells of a statement, unless it is asked for one row alone. */
const ran = (rows: number, changes: number) => ({
  'db.response.returned_rows': rows,
  'cloudflare.d1.response.rows_read': count,
  'cloudflare.d1.response.rows_written': count,
  'cloudflare.d1.response.changes': changes,
  'cloudflare.d1.response.sql_duration_ms': count,
  'cloudflare.d1.response.served_by_primary': true,
})

/** A call of the stock room, and what it does there. */
const stock = (method: string, ...children: ExpectedSpan[]) =>
  client(
    `STOCK/${method}`,
    {
      ...binding('DurableObjectNamespace', 'STOCK'),
      'rpc.system.name': 'jsrpc',
      'rpc.method': `STOCK/${method}`,
    },
    server(
      `StockRoom/${method}`,
      { 'rpc.system.name': 'jsrpc', 'rpc.method': `StockRoom/${method}` },
      ...children,
    ),
  )

const sql = (operation: string, table: string | undefined, text: unknown, summary?: string) =>
  client(`${operation} ${table ?? 'StockRoom'}`, {
    'db.system.name': 'sqlite',
    'db.namespace': 'StockRoom',
    'db.operation.name': operation,
    ...(table && { 'db.collection.name': table }),
    'db.query.summary': summary ?? `${operation} ${table}`,
    'db.query.text': text,
  })

const step = (name: string, ...children: ExpectedSpan[]) =>
  internal(
    `do ${name}`,
    {
      'cloudflare.workflow.step.name': name,
      'cloudflare.workflow.step.count': 1,
      'cloudflare.workflow.step.attempt': 1,
    },
    ...children,
  )

const setStatus = () =>
  d1('UPDATE', 'orders', 'UPDATE orders SET status = ? WHERE id = ?', ran(0, 1))

const INSERT_LINE =
  'INSERT INTO order_lines (order_id, product_id, quantity, price_cents) VALUES (?, ?, ?, ?)'

const call = (base: string, path: string, status: number) => ({
  'http.request.method': 'POST',
  'server.address': '127.0.0.1',
  'server.port': Number(new URL(base).port),
  'http.response.status_code': status,
  ...(path === '/payments'
    ? { 'url.full': `${base}${path}` }
    : { 'url.scheme': 'http', 'url.path': path, 'http.route': path }),
})

/** What one order of two products leaves: one trace. */
export const orderTrace = (shopUrl: string, bankUrl: string): ExpectedSpan =>
  server(
    'POST /orders',
    call(shopUrl, '/orders', 201),
    kv('get', { 'cloudflare.kv.query.type': 'json', 'hono.cache.result': 'hit' }),
    internal(
      'price',
      { 'order.lines': 2, 'order.total_cents': 13_680 },
      d1(
        'SELECT',
        'products',
        'SELECT id, name, price_cents AS priceCents FROM products WHERE id IN (?, ?)',
        ran(2, 0),
      ),
    ),
    stock(
      'reserve',
      sql(
        'SELECT',
        undefined,
        expect.stringMatching(/^SELECT product_id, pieces FROM shelf/),
        'SELECT shelf SELECT json_each',
      ),
      client(
        'transaction StockRoom',
        {
          'db.system.name': 'cloudflare-durable-object',
          'db.namespace': 'StockRoom',
          'db.operation.name': 'transaction',
        },
        sql(
          'INSERT',
          undefined,
          expect.stringMatching(/^INSERT OR REPLACE INTO shelf /),
          'INSERT shelf SELECT json_each',
        ),
        sql(
          'INSERT',
          undefined,
          expect.stringMatching(/^INSERT INTO holds /),
          'INSERT holds SELECT json_each',
        ),
      ),
    ),
    client('POST', call(bankUrl, '/payments', 201)),
    d1(
      'BATCH INSERT',
      undefined,
      `INSERT INTO orders (id, cart_id, total_cents, payment_id) VALUES (?, ?, ?, ?); ${INSERT_LINE}; ${INSERT_LINE}`,
      { 'db.query.summary': 'BATCH', 'db.operation.batch.size': 3, ...ran(0, 3) },
    ),
    client('put DOCUMENTS', {
      ...binding('R2', 'DOCUMENTS'),
      'cloudflare.r2.operation': 'put',
      'cloudflare.r2.response.size': 174,
    }),
    kv('delete'),
    producer(
      'send ORDER_EVENTS',
      {
        ...binding('Queue', 'ORDER_EVENTS'),
        'messaging.system': 'cloudflare_queues',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'ORDER_EVENTS',
      },
      consumer(
        'process shop-order-events',
        {
          'faas.trigger': 'pubsub',
          'messaging.system': 'cloudflare_queues',
          'messaging.operation.name': 'process',
          'messaging.operation.type': 'process',
          'messaging.destination.name': 'shop-order-events',
          'messaging.batch.message_count': 1,
          'hono.queue.acked': 1,
          'hono.queue.retried': 0,
          'hono.queue.redelivered': 0,
          'hono.queue.longest_wait_ms': count,
        },
        d1(
          'INSERT',
          'sales',
          'INSERT OR IGNORE INTO sales (order_id, day, pieces, total_cents) VALUES (?, ?, ?, ?)',
          ran(0, 1),
        ),
      ),
    ),
    client(
      'create FULFILMENT',
      { ...binding('Workflow', 'FULFILMENT'), 'cloudflare.workflow.operation': 'create' },
      consumer(
        'run shop-fulfilment',
        {
          'cloudflare.workflow.name': 'shop-fulfilment',
        },
        step(
          'pick',
          stock('pick', sql('DELETE', 'holds', 'DELETE FROM holds WHERE order_id = ?')),
          setStatus(),
        ),
        step('pack', setStatus()),
        step('ship', setStatus()),
      ),
    ),
  )

/** What the end of a day leaves. */
export const closeOfDayTrace = (time: Date): ExpectedSpan =>
  internal(
    'scheduled 50 23 * * *',
    {
      'faas.trigger': 'timer',
      'faas.cron': '50 23 * * *',
      'faas.time': time.toISOString(),
      'hono.scheduled.lateness_ms': count,
    },
    d1(
      'SELECT',
      'sales',
      expect.stringMatching(/^SELECT count\(\*\) AS orders, .* WHERE day = \?$/),
      {
        'db.response.returned_rows': 1,
      },
    ),
    stock(
      'restock',
      sql('SELECT', 'shelf', 'SELECT total(?1 - pieces) AS missing FROM shelf WHERE pieces < ?1'),
      sql('UPDATE', 'shelf', 'UPDATE shelf SET pieces = ?1 WHERE pieces < ?1'),
    ),
    client('put DOCUMENTS', {
      ...binding('R2', 'DOCUMENTS'),
      'cloudflare.r2.operation': 'put',
      'cloudflare.r2.response.size': count,
    }),
  )

const task = (kind: string, ...children: ExpectedSpan[]) =>
  producer(`send ${kind}`, {}, consumer(`process ${kind}`, {}, ...children))

/** What the same order leaves in a process. The spans of its storage are missing: SQLite's calls have none. */
export const processOrderTrace = (shopUrl: string, bankUrl: string): ExpectedSpan =>
  server(
    'POST /orders',
    call(shopUrl, '/orders', 201),
    internal('price', { 'order.lines': 2, 'order.total_cents': 13_680 }),
    client('POST', call(bankUrl, '/payments', 201)),
    task('order.placed'),
    task('fulfilment', internal('do pick', {}), internal('do pack', {}), internal('do ship', {})),
  )
