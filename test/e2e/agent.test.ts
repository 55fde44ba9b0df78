import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Models, startModels } from '../support/models/start.ts'
import type { DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

/* The example, in a real workerd with a real D1: only the models' makers are not theirs. */

const WAIT_MS = 15_000

const example = new URL('../../examples/agent/', import.meta.url)

let sink: Sink
let models: Models
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  models = await startModels()
  const vars = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_METRIC_EXPORT_INTERVAL: '100' }
  worker = await startWorker({
    name: 'agent',
    entry: new URL('src/agent.ts', example),
    vars: {
      ...vars,
      OPENAI_API_KEY: 'sk-secret',
      ANTHROPIC_API_KEY: 'sk-ant-secret',
      OPENAI_BASE_URL: `http://127.0.0.1:${models.port}/v1`,
      ANTHROPIC_BASE_URL: `http://localhost:${models.port}`,
      MODEL_HOSTS: { '127.0.0.1': 'openai', localhost: 'anthropic' },
    },
    bindings: {
      SHOP: { type: 'worker', worker: 'shop' } as never,
      // Of this test, to fill it.
      SHOP_DB: { type: 'd1', id: 'shop' },
    },
    others: [
      {
        name: 'shop',
        entry: new URL('src/shop.ts', example),
        vars,
        bindings: { SHOP_DB: { type: 'd1', id: 'shop' } },
      },
    ],
  })
  const { SHOP_DB } = await worker.env<{ SHOP_DB: D1Like }>()
  const schema = await readFile(new URL('schema.sql', example), 'utf8')
  await SHOP_DB.exec(schema.trim())
})

afterAll(async () => {
  await worker?.stop()
  models?.close()
  await sink?.close()
})

interface D1Like {
  exec(sql: string): Promise<unknown>
}

const KINDS = ['', 'internal', 'server', 'client']

/** As it is drawn in the documentation. */
const drawn = (spans: readonly DecodedSpan[], parent = '', indent = ''): string[] =>
  spans
    .filter(({ parentSpanId }) => (parentSpanId ?? '') === parent)
    .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
    .flatMap(({ name, kind, spanId }) => [
      `${indent}${name} (${KINDS[kind]})`,
      ...drawn(spans, spanId, `${indent}  `),
    ])

const named = (name: string, kind: string): DecodedSpan => {
  const found = sink.spans().filter((span) => span.name === name && KINDS[span.kind] === kind)
  expect(found).toHaveLength(1)
  return found[0] as DecodedSpan
}

it('has no type errors', async () => {
  await expect(promisify(execFile)('tsc', ['-p', fileURLToPath(example)])).resolves.toMatchObject({
    stdout: '',
  })
})

it('an answer is one trace: two models, the tool over MCP, and the query of D1 that it makes', async () => {
  const response = await fetch(`${worker.url}/ask/is there tea`)
  expect(await response.text()).toBe('Hello "stop_reason":"x"')
  await sink.waitFor(() => sink.spans().length >= 22, WAIT_MS)
  const spans = sink.spans()
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  expect(drawn(spans).join('\n')).toBe(
    `
GET /ask/:question (server)
  initialize (client)
    POST SHOP (client)
      POST /mcp (server)
    initialize (server)
  POST SHOP (client)
    POST /mcp (server)
  GET SHOP (client)
    GET /mcp (server)
  tools/list (client)
    POST SHOP (client)
      POST /mcp (server)
    tools/list (server)
  chat gpt-5 (client)
    POST (client)
  tools/call stock (client)
    POST SHOP (client)
      POST /mcp (server)
    tools/call stock (server)
      SELECT products (client)
  anthropic.messages.create (client)
    POST (client)
`.trim(),
  )
  const call = named('tools/call stock', 'server')
  expect([call.resource['service.name'], call.attributes]).toEqual([
    'shop',
    {
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2025-11-25',
      'jsonrpc.request.id': '2',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'stock',
      'network.protocol.name': 'http',
      'network.transport': 'tcp',
    },
  ])
  const requests = spans.filter(({ name }) => name === 'POST /mcp')
  expect(requests.map(({ spanId }) => spanId)).toContain(call.links[0]?.spanId)
  expect(named('SELECT products', 'client').attributes).toMatchObject({
    'db.query.text': 'SELECT stock FROM products WHERE sku = ?',
    'db.response.returned_rows': 1,
  })
  expect(named('chat gpt-5', 'client').attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5',
    'gen_ai.response.id': 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    'gen_ai.response.model': 'gpt-5-2026-04-14',
    'gen_ai.response.finish_reasons': ['tool_calls'],
    'gen_ai.usage.input_tokens': 19,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 16,
    'gen_ai.usage.reasoning.output_tokens': 4,
    'openai.api.type': 'chat_completions',
    'openai.response.service_tier': 'default',
    'openai.response.system_fingerprint': 'fp_44709d6fcb',
    'server.address': '127.0.0.1',
    'server.port': models.port,
  })
  // The SDK's own span, which was told what it lacked.
  expect(named('anthropic.messages.create', 'client').attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.finish_reasons': ['end_turn'],
    'gen_ai.usage.input_tokens': 30,
    'gen_ai.usage.output_tokens': 15,
    'gen_ai.response.time_to_first_chunk': expect.any(Number),
  })
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(
    /sk-|peaceful|Hello/,
  )
})

it('what models and tools took is in the metrics of each service', async () => {
  const of = (name: string) =>
    sink
      .metrics()
      .filter((metric) => metric.name === name)
      .flatMap(({ points }) => points)
  await sink.waitFor(() => of('gen_ai.client.token.usage').length >= 4, WAIT_MS)
  await sink.waitFor(() => of('mcp.server.operation.duration').length >= 3, WAIT_MS)
  expect(
    new Set(
      of('gen_ai.client.token.usage').map(
        ({ attributes, sum }) =>
          `${attributes['gen_ai.request.model']} ${attributes['gen_ai.token.type']} ${sum}`,
      ),
    ),
  ).toEqual(
    new Set([
      'gpt-5 input 19',
      'gpt-5 output 10',
      'claude-sonnet-5 input 30',
      'claude-sonnet-5 output 15',
    ]),
  )
  expect(
    of('mcp.server.operation.duration').map(
      ({ attributes }) => attributes['gen_ai.tool.name'] ?? attributes['mcp.method.name'],
    ),
  ).toEqual(expect.arrayContaining(['initialize', 'tools/list', 'stock']))
})
