import { Hono } from 'hono'
import { observability } from '../../../src/index.ts'

const app = new Hono()
app.use(observability({ logs: { otlp: true, access: false } }))
app.get('/', (c) => c.text('ok'))
app.get('/s', () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })))

console.log('port 0')
await app.request(process.env.ASKED ?? '/')
console.log('answered')
if (process.env.EXIT) {
  process.exit(Number(process.env.EXIT))
}
