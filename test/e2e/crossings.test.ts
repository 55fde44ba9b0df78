import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { startWorker } from '../support/worker.ts'

/** A JSON route, a KV get, five events by `streamSSE`, five chunks of another stream, a handler that throws. */
const PATHS = ['/json/7', '/kv/7', '/events', '/stream', '/boom']

/** How often a request calls what, path by path. */
type Table = Record<string, string>

/**
 * Beyond the calls of the app itself. What is called now and then, not by every request, has no row: random bytes are
 * taken for many ids at once, and exports leave for many requests.
 */
const TRACES_AND_METRICS: Table = {
  'AsyncLocalStorage.getStore': '1 2 1 1 1',
  'AsyncLocalStorage.run': '1 1 1 1 1',
  'Date.now': '2 5 2 2 2',
  'Headers.get': '4 4 4 5 4',
  'Headers.has': '0 0 0 1 0',
  'Headers.set': '1 1 1 1 1',
  'ReadableStream.getReader': '0 0 0 1 0',
  'ReadableStream.locked': '0 0 1 1 0',
  'ReadableStream.state': '0 0 0 1 0',
  'ReadableStream.supportsBYOB': '0 0 0 1 0',
  'ReadableStreamDefaultController.close': '0 0 0 1 0',
  'ReadableStreamDefaultController.enqueue': '0 0 0 5 0',
  'ReadableStreamDefaultReader.read': '0 0 0 6 0',
  'Request.cf': '1 1 1 1 1',
  'Request.headers': '3 3 3 3 3',
  'Request.method': '1 1 1 1 1',
  'Request.url': '1 1 1 1 1',
  'Response.headers': '2 2 2 3 2',
  'Response.status': '1 1 1 1 1',
  clearTimeout: '0 0 1 1 0',
  'ctx.waitUntil': '1 1 1 1 1',
  'new ReadableStream': '0 0 0 1 0',
  'new Response': '0 0 0 1 0',
  'performance.now': '3 7 14 10 4',
  setTimeout: '0 0 1 1 0',
}

/** Beyond those with traces and metrics. */
const LOGS: Table = {
  'Date.now': '2 2 2 2 2',
  'Headers.get': '2 2 2 2 2',
  'Request.headers': '1 1 1 1 1',
  'Response.headers': '1 1 1 1 1',
  'TextEncoder.encode': '0 0 0 0 1',
  'console.error': '0 0 0 0 1',
  'console.info': '1 1 1 1 0',
  'new TextEncoder': '0 0 0 0 1',
}

let sink: Sink

beforeAll(async () => {
  sink = await startSink()
})

afterAll(() => sink.close())

type Calls = Record<string, number>

/** What half of the requests call so often, or less. */
const medianOf = (all: readonly Calls[]): Calls => {
  const names = new Set(all.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map((name) => {
      const counts = all.map((calls) => calls[name] ?? 0).sort((a, b) => a - b)
      return [name, counts[counts.length >> 1] ?? 0]
    }),
  )
}

const callsOf = async (variant: string): Promise<Calls[]> => {
  const worker = await startWorker({
    entry: new URL('crossings/worker.ts', import.meta.url),
    vars: { VARIANT: variant, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: { CACHE: { type: 'kv', id: 'cache' } },
  })
  try {
    const calls: Calls[] = []
    for (const path of PATHS) {
      const response = await fetch(worker.url + path)
      calls.push(medianOf((await response.json()) as Calls[]))
    }
    return calls
  } finally {
    await worker.stop()
  }
}

const added = (more: readonly Calls[], less: readonly Calls[]): Table => {
  const names = [...new Set(more.flatMap(Object.keys))]
  const rows = names.map((name): [string, string] => [
    name,
    more.map((calls, path) => (calls[name] ?? 0) - (less[path]?.[name] ?? 0)).join(' '),
  ])
  return Object.fromEntries(rows.filter(([, counts]) => /[1-9]/.test(counts)))
}

it('a request calls the runtime no more often than it has to', async () => {
  const [bare, observed, logged] = await Promise.all(
    ['bare', 'traces and metrics', 'with logs'].map(callsOf),
  )
  expect(added(observed as Calls[], bare as Calls[])).toEqual(TRACES_AND_METRICS)
  expect(added(logged as Calls[], observed as Calls[])).toEqual(LOGS)
})
