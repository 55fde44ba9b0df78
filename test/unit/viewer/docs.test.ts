import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'
import { parseCommandLine, USAGE } from '../../../viewer/node/command-line.ts'
import { type Answer, type Ask, get, type Json, send } from './suite/backend.ts'
import { cpuProfile } from './suite/cpu-profile.ts'
import {
  keyValues,
  log,
  logs,
  metrics,
  point,
  request,
  START_MS,
  span,
  spanId,
  spans,
  traceId,
} from './suite/records.ts'

const read = (file: string): string =>
  readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8')

/** Headings that name a request, with the JSON that follows. */
const examples = [
  ...read('viewer-api.md').matchAll(
    /^### `(\w+) (\S+)`\n((?:(?!^#)[\s\S])*?)```json\n([\s\S]*?)```/gm,
  ),
].map(([, method = '', path = '', , json = '']) => ({ method, path, json }))

/** What the paths of the page stand for, where they have parameters. */
const QUERIES: Record<string, string> = {
  '/api/traces': '?limit=1',
  '/api/logs': '?limit=1',
  '/api/traces/:id': '',
  '/api/distinguish': '?last=10m&chosenStatus=error',
  '/api/compare': `?a=${traceId(1)}&b=${traceId(2)}`,
}

/** The names of all fields, of lists those of all members. Keys that data brings are left out. */
function shape(value: unknown, name = ''): unknown {
  const isOpen = /^(attributes|resource|seriesAttributes|body|used)$/.test(name)
  if (Array.isArray(value)) {
    const objects = value.filter((each) => typeof each === 'object' && !Array.isArray(each))
    return objects.length ? [Object.assign({}, ...objects.map((each) => shape(each)))] : 'list'
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  if (isOpen) return 'data'
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shape(child, key)]))
}

describe('docs/viewer-api.md', () => {
  let ask: Ask
  let sentProfile: Json

  beforeAll(async () => {
    const fetch = async () => new Response()
    const viewer = createViewer({
      sql: openNodeSql(),
      forward: { url: 'https://otlp.example.com', fetch },
    })
    ask = (path, init) => viewer.fetch(new Request(`http://localhost${path}`, init))
    const full = (trace: number, status: number) => ({
      ...request({
        trace,
        span: 1,
        status,
        attributes: { 'http.method': 'GET', 'hono.cost': 8e-7, 'hono.usage.kv.reads': 1 },
      }),
      events: [{ name: 'e', timeUnixNano: `${START_MS}000000`, attributes: keyValues({ a: 1 }) }],
      links: [{ traceId: traceId(9), spanId: spanId(9) }],
    })
    await send(
      ask,
      'traces',
      spans([full(1, 500), full(2, 200), full(3, 500), span({ trace: 9, span: 9 })]),
    )
    const exemplars = [
      { traceId: traceId(1), spanId: spanId(1), asDouble: 0.3, timeUnixNano: `${START_MS}000000` },
    ]
    const data = {
      count: '3',
      sum: 1,
      bucketCounts: ['2', '1', '0'],
      explicitBounds: [0.1, 0.5],
      exemplars,
    }
    const histogram = {
      aggregationTemporality: 1,
      dataPoints: [point(0, 5000, data, { 'http.route': '/orders' })],
    }
    await send(
      ask,
      'metrics',
      metrics([{ name: 'http.server.request.duration', unit: 's', histogram }]),
    )
    const own = { trace: 1, severity: 17, attributes: { 'order.id': 7 } }
    await send(ask, 'logs', logs([log(own), log(own)]))
    const posted = await ask(`/api/profiles?startMs=${START_MS}&service=shop`, {
      method: 'POST',
      body: JSON.stringify(cpuProfile([{ name: 'burn' }], [0, 0])),
    })
    sentProfile = (await posted.json()) as Json
  })

  it('has an example of every path', () => {
    const source = readFileSync(new URL('../../../viewer/api/routes.ts', import.meta.url), 'utf8')
    const documented = read('viewer-api.md')
    const routes = [...source.matchAll(/app\.(get|post|delete)\('(\/api[^'*]*)'/g)]
    expect(routes.length).toBeGreaterThan(15)
    for (const [, method = '', path = ''] of routes) {
      expect(documented).toContain(
        `### \`${method.toUpperCase()} ${path.replace(':span', ':spanId')}\``,
      )
    }
  })

  it.each(examples)('shows $path as it is', async ({ method, path, json }) => {
    const example = JSON.parse(json) as Json
    // These need another server, or change what is there.
    if (path === '/api/health') return expect(Object.keys(example)).toContain('durationMs')
    if (path === '/api/import') return expect(example).toHaveProperty('spans')
    if (method === 'POST') return expect(names(example)).toEqual(names(sentProfile))
    const id = /^\/api\/(metrics|profiles)/.test(path) ? '1' : traceId(1)
    const actual = path.replace(':id', id).replace(':spanId', spanId(1))
    const answer = await get(ask, actual + (QUERIES[path] ?? '?last=10m'))
    const [wanted, found] = [shape(example), shape(answer)] as [Json, Json]
    expect(names(found)).toEqual(names(wanted))
    return undefined
  })

  it('names every rule of the notes', () => {
    const documented = /^Rules: (.*)\.$/m.exec(read('viewer-api.md'))?.[1]?.match(/[\w-]+/g) ?? []
    const sources = ['attributes', 'spans', 'span-names', 'metrics', 'lint'].map((file) =>
      readFileSync(new URL(`../../../viewer/lint/${file}.ts`, import.meta.url), 'utf8'),
    )
    const used = new Set(
      sources.flatMap((source) =>
        [...source.matchAll(/\bsee\(\s*(?:notes, )?'([\w-]+)'/g)].map(([, rule]) => rule),
      ),
    )
    expect([...used].sort()).toEqual(documented.sort())
  })
})

/** Field names, in depth. */
function names(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(names)
  if (typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(
    Object.entries(value as Answer)
      .map(([key, child]) => [key, names(child)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

describe('docs/viewer.md', () => {
  it('explains every option', () => {
    const options = [...USAGE.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, option]) => option)
    expect(options).toHaveLength(14)
    for (const option of options) expect(read('viewer.md')).toContain(`\`${option}`)
    expect(parseCommandLine([], {}).port).toBe(4318)
  })

  it('has an example that runs', async () => {
    const code = /```(?:ts)?\n(import [\s\S]*?)```/.exec(read('viewer.md'))?.[1] ?? ''
    const entry = new URL('../../../viewer/index.ts', import.meta.url).href
    const lines: string[] = []
    const body = code
      .replace(
        /^import \{ (.*) \} from 'hono-observability\/viewer'$/m,
        `const { $1 } = await load(${JSON.stringify(entry)})`,
      )
      .replace('console.log', 'print')
    const AsyncFunction = (async () => undefined).constructor as new (
      ...parts: string[]
    ) => (load: unknown, print: unknown) => Promise<void>
    await new AsyncFunction('load', 'print', body)(
      () => import('../../../viewer/index.ts'),
      (line: string) => lines.push(line),
    )
    expect(lines).toEqual(['0 failed'])
  })
})
