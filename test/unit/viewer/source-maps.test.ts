import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'
import { frameOf, stackReader } from '../../../viewer/node/source-maps.ts'
import { keyValues, logs, nano, START_MS, span, spanId, spans, traceId } from './suite/records.ts'

const folder = mkdtempSync(join(tmpdir(), 'source-maps-'))
let stack = ''

const bundle = async (source: string): Promise<void> => {
  writeFileSync(join(folder, 'pay.ts'), source)
  await build({
    entryPoints: [join(folder, 'pay.ts')],
    outfile: join(folder, 'dist/deep/worker.js'),
    minify: true,
    sourcemap: 'external',
    format: 'esm',
  })
}

beforeAll(async () => {
  mkdirSync(join(folder, 'dist/node_modules'), { recursive: true })
  await bundle(`export interface Order { total: number }

export function pay(order: Order): never {
  throw new TypeError(\`declined \${order.total}\`)
}
`)
  const { pay } = (await import(join(folder, 'dist/deep/worker.js'))) as {
    pay(order: object): void
  }
  try {
    pay({ total: 7 })
  } catch (error) {
    stack = String((error as Error).stack)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** As a runtime reports it that has no map. */
const bare = (text: string): string =>
  text.replace(/\S*worker\.js/, 'file:///worker.js').replace(/at \S+ \(file/, 'at n (file')

it('reads a stack of a minified bundle in its sources', () => {
  const read = stackReader(join(folder, 'dist'))
  expect(stack).toContain('worker.js')
  const [message, first] = (read(bare(stack)) ?? '').split('\n')
  expect(message).toBe('TypeError: declined 7')
  expect(first).toMatch(/pay\.ts:4:\d+\)$/)
  expect(read('Error: elsewhere\n    at f (file:///other.js:1:2)')).toBeUndefined()
  expect(read('no stack at all')).toBeUndefined()
})

it('reads a map anew when it was built anew', async () => {
  const read = stackReader(join(folder, 'dist'))
  expect(read(bare(stack))).toContain('pay.ts:4:')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await bundle('\n\n\n\n\n\nexport function pay() { throw new TypeError("declined") }\n')
  expect(read(bare(stack))).toContain('pay.ts:7:')
})

it.each([
  ['    at pay (file:///app/worker.js:12:34)', 'worker.js', 12, 34],
  ['    at async https://shop.example/assets/index.js?v=1:1:9', 'index.js', 1, 9],
  ['pay@/app/worker.js:3:4', 'worker.js', 3, 4],
  ['    at C:\\app\\worker.js:5:6', 'worker.js', 5, 6],
  ['    at worker.js:7:8', 'worker.js', 7, 8],
])('finds the place in %j', (text, file, line, column) =>
  expect(frameOf(text)).toMatchObject({ file, line, column }),
)

it.each([
  '',
  'Error: at 1:2 o’clock',
  '    at <anonymous>',
  `(${'x'.repeat(3000)}.js:1:2)`,
  ':1:2',
])('finds none in %j', (text) => {
  const frame = frameOf(text)
  expect(frame && stackReader(folder)(text)).toBeUndefined()
})

it('tells of a line of a log where its place is in the sources', async () => {
  const readStack = (sent: string): string | undefined =>
    sent.includes('worker.js') ? sent.replace('worker.js:1:2', 'src/pay.ts:4:9') : undefined
  const viewer = createViewer({ sql: openNodeSql(), readStack })
  const line = (seconds: number, place: Record<string, string | number>) => ({
    timeUnixNano: nano(START_MS + seconds * 1000),
    body: { stringValue: 'placed' },
    attributes: keyValues(place),
  })
  const place = { 'code.file.path': '/worker.js', 'code.line.number': 1, 'code.column.number': 2 }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(
    logs([
      line(0, place),
      line(1, { ...place, 'code.file.path': '/other.js' }),
      line(2, { 'code.file.path': '/worker.js', 'code.line.number': 1 }),
    ]),
  )
  await viewer.fetch(
    new Request('http://localhost:4318/v1/logs', { method: 'POST', headers, body }),
  )
  const answer = await viewer.fetch(new Request('http://localhost:4318/api/logs'))
  const { items } = (await answer.json()) as { items: { stack?: string; attributes: object }[] }
  expect(items.map(({ stack }) => stack).toReversed()).toEqual([
    '    at /src/pay.ts:4:9',
    undefined,
    undefined,
  ])
  expect(items.at(-1)?.attributes).toMatchObject(place)
})

it('is beside what was sent in the answers of the API, and nowhere in exports', async () => {
  const readStack = (sent: string): string | undefined =>
    sent.includes('worker.js') ? sent.replace('worker.js:1:2', 'src/pay.ts:4:9') : undefined
  const viewer = createViewer({ sql: openNodeSql(), readStack })
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await viewer.fetch(
      new Request(`http://localhost:4318${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json' },
      }),
    )
    return (await response.json()) as T
  }
  const sent = 'Error: x\n    at n (worker.js:1:2)'
  const attributes = { 'exception.type': 'Error', 'exception.stacktrace': sent }
  const events = ['exception', 'other'].map((name) => ({
    name,
    timeUnixNano: nano(START_MS),
    attributes: keyValues(
      name === 'other' ? { 'exception.stacktrace': 'at b.js:1:1' } : attributes,
    ),
  }))
  await ask('/v1/traces', spans([{ ...span({ trace: 1, span: 1 }), events }]))
  await ask(
    '/v1/logs',
    logs([
      {
        timeUnixNano: nano(START_MS),
        traceId: traceId(1),
        spanId: spanId(1),
        body: { stringValue: 'failed' },
        attributes: keyValues(attributes),
      },
    ]),
  )
  interface Holder {
    stack?: string
    attributes: object
  }
  const one = await ask<{ events: Holder[] }>(`/api/traces/${traceId(1)}/spans/${spanId(1)}`)
  const whole = await ask<{ spans: { events: Holder[] }[]; logs: Holder[] }>(
    `/api/traces/${traceId(1)}`,
  )
  const { items } = await ask<{ items: Holder[] }>('/api/logs')
  for (const holder of [one.events[0], whole.spans[0]?.events[0], whole.logs[0], items[0]]) {
    expect(holder).toMatchObject({ attributes, stack: 'Error: x\n    at n (src/pay.ts:4:9)' })
  }
  expect(one.events[1]).not.toHaveProperty('stack')
  expect(JSON.stringify(await ask(`/api/traces/${traceId(1)}/otlp.json`))).not.toContain('pay.ts')
})
