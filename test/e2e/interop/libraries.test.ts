import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DecodedSpan } from '../../support/otlp-decoder.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('libraries.worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: { DB: { type: 'd1', id: 'db' } },
  })
  const { DB } = await worker.env<{ DB: { exec(sql: string): Promise<unknown> } }>()
  await DB.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)')
  await DB.exec("INSERT INTO items VALUES (1, 'tea')")
})

afterEach(() => sink.clear())

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

/** From the span to the root, itself included. */
const ancestors = (span: DecodedSpan | undefined): string[] =>
  span
    ? [span.name, ...ancestors(sink.spans().find(({ spanId }) => spanId === span.parentSpanId))]
    : []

describe('libraries that speak the OpenTelemetry API join in', () => {
  it('Drizzle, by its instrumentation', async () => {
    const response = await fetch(`${worker.url}/items`)
    expect(await response.json()).toEqual([{ id: 1, name: 'tea' }])
    await sink.waitFor(() => sink.spans().some(({ name }) => name === 'GET /items'))
    const query = sink.spans().find(({ scope }) => scope.name === '@kubiks/otel-drizzle')
    expect(query?.attributes).toMatchObject({ 'db.system': 'sqlite', 'db.operation': 'SELECT' })
    expect(ancestors(query)).toEqual(['drizzle.select', 'list', 'GET /items'])
  })

  it('the AI SDK, by its telemetry', async () => {
    const response = await fetch(`${worker.url}/describe`)
    expect(await response.text()).toBe('A cup of tea.')
    await sink.waitFor(() => sink.spans().some(({ name }) => name === 'GET /describe'))
    const spans = sink.spans().filter(({ scope }) => scope.name !== 'hono-observability')
    expect(spans.length).toBeGreaterThan(0)
    expect(spans.map((span) => ancestors(span).at(-1))).toEqual(spans.map(() => 'GET /describe'))
    expect(spans.flatMap(({ attributes }) => Object.entries(attributes))).toContainEqual([
      'gen_ai.usage.output_tokens',
      20,
    ])
  })
})
