import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { startSink } from '../../support/otlp-sink.ts'
import { startTestStack, type TestStack } from './collector-stack.ts'
import { syntaxErrors } from './dashboards-queries.ts'
import { type Agent, startAgent } from './log-shipping/agent.ts'
import { writtenLines } from './log-shipping/app-lines.ts'
import { fences } from './tools.ts'

const PAGE = join(import.meta.dirname, '../../../docs/log-shipping.md')
const QUERIES = fences(readFileSync(PAGE, 'utf8'), 'logql')
/** Of nothing, which Loki would refuse, and all that came with it. */
const NAMELESS = `{"timestamp":"${new Date().toISOString()}","level":"info","severity_number":9,"message":"nameless","logger":"app","service.name":"nameless","":"x"}`
const soon = { timeout: 30_000, interval: 500 }
const programs = findPrograms()
const hasLoki = programs.loki && programs.collector
if (!hasLoki) {
  console.warn(
    'NOT TESTED: queries of shipped lines on a real Loki. npm run monitor:native -- --build-loki makes one.',
  )
}

it('the LogQL of the page about log shipping can be read by its grammar', () => {
  expect(QUERIES.length).toBeGreaterThan(3)
  for (const query of QUERIES) expect(syntaxErrors('loki', query), query).toEqual([])
})

describe.runIf(hasLoki)('lines that an agent shipped, in a real Loki', () => {
  let folder: string
  let stack: TestStack
  let agent: Agent
  let lines: string[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ship-loki-'))
    const sink = await startSink()
    lines = await writtenLines(folder, sink)
    await sink.close()
    stack = await startTestStack({}, { ...programs, jaeger: undefined })
    mkdirSync(join(folder, 'app'))
    writeFileSync(
      join(folder, 'app/app.log'),
      `${lines.join('\n')}\n${NAMELESS}\nthread main panicked\n    at lib.rs:1\nlast\n`,
    )
    agent = await startAgent(programs.collector as string, join(folder, 'agent'), {
      LOG_FILES: join(folder, 'app/*.log'),
      OTLP_URL: stack.otlpUrl,
    })
  }, 180_000)
  afterAll(async () => {
    await agent?.stop()
    await stack?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  interface Stream {
    readonly stream: Readonly<Record<string, string>>
    readonly values: readonly (readonly [string, string])[]
  }

  const ask = async (query: string): Promise<Stream[]> => {
    const parameters = new URLSearchParams({ query, since: '30m', limit: '1000', step: '60' })
    const base = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1`
    const response = await fetch(`${base}/query_range?${parameters}`, {
      signal: AbortSignal.timeout(15_000),
    })
    if (!response.ok) throw new Error(`Loki: ${await response.text()}`)
    return ((await response.json()) as { data: { result: Stream[] } }).data.result
  }

  const count = async (query: string): Promise<number> =>
    (await ask(query)).reduce((sum, { values }) => sum + values.length, 0)

  it('are there once, with their service as the only label', async () => {
    await expect.poll(() => count('{service_name="shipped"}'), soon).toBe(lines.length)
    const base = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1`
    const labels = (await (await fetch(`${base}/labels`)).json()) as { data: string[] }
    expect(labels.data).toEqual(['service_name'])
  })

  it('are found by their trace', async () => {
    const access = lines
      .map((line) => JSON.parse(line))
      .find(({ logger, ...line }) => logger === 'access' && line['http.route'] === '/fields')
    const found = await ask(`{service_name="shipped"} | trace_id = "${access.trace_id}"`)
    const bodies = found.flatMap(({ values }) => values.map(([, body]) => body))
    expect(bodies).toContain('GET /fields 200')
    expect(bodies).toContain('of every type')
  })

  it.each(QUERIES)('answer the query of the page: %s', async (query) => {
    await expect.poll(async () => (await ask(query)).length, soon).toBeGreaterThan(0)
  })

  it('lose nothing to a field without a name', async () => {
    const query = '{service_name="nameless"} | field_ = "x"'
    await expect.poll(() => count(query), soon).toBe(1)
  })

  it('are kept for 30 days', async () => {
    const config = await (await fetch(`http://127.0.0.1:${stack.ports.loki}/config`)).text()
    expect(config).toMatch(/^ +retention_period: (?:720h0m0s|30d)$/m)
  })
})
