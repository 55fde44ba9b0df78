import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningServer, startServer } from './runtimes/start-server.ts'

const ENTRY = new URL('late/server.ts', import.meta.url).pathname

let sink: Sink
let server: RunningServer | undefined

beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink?.close())
beforeEach(() => sink.clear())
afterEach(() => server?.kill('SIGKILL'))

const values = (): Record<string, unknown> =>
  Object.fromEntries(
    sink
      .metrics()
      .filter(({ name }) => name.startsWith('orders.'))
      .map(({ name, points }) => [name, points[0]?.value]),
  )

it.each(['node', 'deno', 'bun'] as const)(
  'on %s, what is recorded long after a response leaves, by instruments and options of any order',
  async (runtime) => {
    server = await startServer(
      runtime,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
        OTEL_METRIC_EXPORT_INTERVAL: '300',
      },
      ENTRY,
    )
    await sink.waitFor(
      () =>
        sink.logRecords().some(({ body }) => body === 'webhook failed') &&
        'orders.after' in values(),
      20_000,
    )
    await sink.waitFor(() => sink.spans().filter(({ kind }) => kind === 3).length === 1, 20_000)
    const spans = sink.spans()
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    expect(spans.map(({ name }) => name).sort()).toEqual(['GET', 'GET /hook', 'process webhook'])
    expect(spans[0]?.resource).toMatchObject({ 'service.name': 'late' })
    expect(values()).toEqual({
      'orders.before': 1,
      'orders.after': 1,
      'orders.stock': 7,
      'orders.both': 8,
    })
  },
)
