import { Hono } from 'hono'
import { log, type ObservabilityVariables, observability } from '../../../../src/index.ts'

/** Writes lines of every kind: on the console, and by OTLP where the environment says so. */
const app = new Hono<{ Variables: ObservabilityVariables }>()
app.use(observability({ service: { name: 'shipped' }, logs: { level: 'trace' } }))

app.get('/fields', (c) => {
  c.var.log.info('of every type', {
    text: 'Zürich 🚲 "quoted" \\ \u2028',
    whole: 3,
    negative: -7,
    fraction: 99.5,
    tiny: 5e-324,
    large: 1e300,
    beyondInt64: 1e20,
    safe: Number.MAX_SAFE_INTEGER,
    unsafe: 2 ** 60,
    bigint: 2n ** 70n,
    yes: true,
    nothing: null,
    list: [1, 2.5, 'x', null, [true]],
    nested: { a: { b: [{ c: 1 }] }, 'with.dot': 2 },
    empty: {},
    emptyList: [],
    '': 'a name of nothing',
    'with space': 1,
    line: 'called like something of the agent',
    attributes: { body: 'and these' },
    level: 'a field of its own',
    message: 'and another',
    'service.name': 'not the resource',
    password: 'hunter2',
  })
  c.var.log.info('__proto__', JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}'))
  c.var.log.warn('much'.repeat(5000), { list: Array.from({ length: 6000 }, (_, i) => i) })
  return c.text('ok')
})

app.get('/levels', (c) => {
  c.var.log.trace('trace')
  c.var.log.debug('debug')
  c.var.log.warn('warn')
  c.var.log.fatal('fatal')
  c.var.log.named('db.d1').error(new TypeError('no such table', { cause: new Error('why') }))
  return c.text('ok')
})

app.get('/fails', () => {
  throw new Error('boom')
})

for (const path of ['/fields', '/levels', '/fails', '/nowhere']) await app.request(path)
log.info('outside of a request')
log.info('{"timestamp":"2026-01-01T00:00:00.000Z","level":"info"}')
log.info('several\nlines\n    at last')
