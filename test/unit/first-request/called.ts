/**
 * Prints which functions an app calls when it is set up and until its first response, as `<file> <function>`: an engine
 * compiles a function when it is first called, and that is most of what a fresh isolate's first request costs.
 */
import { Session } from 'node:inspector/promises'
import { Hono } from 'hono'
import { observability } from '../../../src/index.ts'

// What a Worker has, so that its way is taken.
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Cloudflare-Workers' } })
console.info = () => {}
globalThis.fetch = async () => new Response('{}')

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** Called since it was last asked. */
const called = async (): Promise<string[]> => {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result.flatMap(({ url, functions }) => {
    const [, file] = /\/(src\/.+|node_modules\/(?:zod|@opentelemetry\/api)\/.+)$/.exec(url) ?? []
    return file === undefined
      ? []
      : functions
          .filter(({ ranges }) => ranges[0]?.count)
          .map(({ functionName }) => `${file} ${functionName}`)
  })
}

await called()
const middleware = observability({ service: { name: 'shop' }, traces: { ratio: 1 } })
const setUp = await called()
let error: unknown
try {
  observability({ traces: { ratio: 2 } })
} catch (thrown) {
  error = thrown
}
const app = new Hono()
app.use(middleware)
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
const work: Promise<unknown>[] = []
await called()
const { status } = await app.fetch(
  new Request('https://shop.example/orders/7'),
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' },
  { waitUntil: (promise) => work.push(promise), passThroughOnException() {}, props: {} },
)
const first = await called()
await Promise.all(work)
const afterwards = await called()
console.log(JSON.stringify({ setUp, error: String(error), status, first, afterwards }))
process.exit()
