import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QUERY, STORES_QUERY } from '../../../monitoring/platform/query.ts'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { startTestStack } from './collector-stack.ts'
import { boardQueries } from './dashboards-queries.ts'
import {
  fieldsOf,
  type GraphqlServer,
  isField,
  startGraphql,
  stores,
  wrongArguments,
} from './stack-graphql.ts'

const TOKEN = 'a-secret-api-token'
const CRON = '* * * * *'
const MINUTE_MS = 60_000
// On the minute, and so long ago that nothing depends on today.
const START_MS = Date.UTC(2026, 10, 1, 12, 0)

const account = (requests: number, backlog: number) => ({
  workersInvocationsAdaptive: [
    {
      sum: {
        requests,
        errors: 0,
        subrequests: requests * 2,
        duration: 0.5,
        cpuTimeUs: requests * 2500,
      },
      quantiles: { cpuTimeP50: 1500, cpuTimeP99: 25_000 },
      dimensions: { scriptName: 'shop', status: 'success' },
    },
    {
      sum: { requests: 1, errors: 1, subrequests: 0, duration: 0, cpuTimeUs: 50_000 },
      quantiles: { cpuTimeP50: 50_000, cpuTimeP99: 50_000 },
      dimensions: { scriptName: 'shop', status: 'exceededResources' },
    },
  ],
  queueBacklogAdaptiveGroups: [
    { avg: { messages: backlog, bytes: backlog * 100 }, dimensions: { queueId: 'q1' } },
  ],
  ...stores(requests),
})

const programs = findPrograms()
const hasStack = programs.collector && programs.prometheus

let graphql: GraphqlServer
let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  graphql = await startGraphql()
  sink = await startSink()
  worker = await startWorker({
    config: `${import.meta.dirname}/../../../monitoring/platform/wrangler.toml`,
    vars: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      CLOUDFLARE_ACCOUNT_ID: 'account-1',
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_GRAPHQL_URL: graphql.url,
    },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
  graphql?.close()
})

const run = (atMs: number) => worker.scheduled({ cron: CRON, scheduledTime: new Date(atMs) })

/** The latest value of a series, by a part of its attributes. */
const latest = (name: string, attributes: Record<string, string>): number | undefined =>
  sink
    .metrics()
    .filter((metric) => metric.name === name)
    .flatMap(({ points }) => points)
    .findLast((point) =>
      Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
    )?.value

describe('the query', () => {
  it('asks for fields that the documented schema has', () => {
    const fields = fieldsOf(QUERY)
    expect(fields).toContain('viewer.accounts.workersInvocationsAdaptive.sum.requests')
    expect(fields).toHaveLength(12)
    expect(fields.filter((path) => !isField(path))).toEqual([])
    expect(isField('viewer.accounts.workersInvocationsAdaptive.sum.nothing')).toBe(false)
  })

  it('asks for fields of stores that the documented schema has, by dimensions of theirs', () => {
    const fields = fieldsOf(STORES_QUERY)
    expect(fields).toContain('viewer.accounts.d1StorageAdaptiveGroups.max.databaseSizeBytes')
    expect(fields).toHaveLength(24)
    expect(fields.filter((path) => !isField(path))).toEqual([])
    expect([QUERY, STORES_QUERY].flatMap(wrongArguments)).toEqual([])
    const wrong = STORES_QUERY.replace('{ date namespaceId }', '{ namespaceId }')
    expect(wrongArguments(wrong.replace('date_geq', 'day_geq'))).toEqual([
      'kvStorageAdaptiveGroups day',
      'kvStorageAdaptiveGroups date',
    ])
  })
})

describe('the Worker of platform metrics', () => {
  it('adds up minutes, each read once, five minutes late', async () => {
    graphql.answer = (from) => {
      const minute = (Date.parse(from) - START_MS) / MINUTE_MS
      return {
        body: { data: { viewer: { accounts: [account(10 + minute, 5 + minute)] } }, errors: null },
      }
    }
    // The second is late by 20 seconds.
    for (const atMs of [START_MS + 6 * MINUTE_MS, START_MS + 7 * MINUTE_MS + 20_000]) {
      expect(await run(atMs)).toMatchObject({ outcome: 'ok' })
    }
    const minutes = [
      {
        account: 'account-1',
        from: '2026-11-01T12:00:00.000Z',
        to: '2026-11-01T12:01:00.000Z',
      },
      {
        account: 'account-1',
        from: '2026-11-01T12:01:00.000Z',
        to: '2026-11-01T12:02:00.000Z',
      },
    ]
    const [first, second] = minutes
    const day = '2026-10-31'
    expect(graphql.requests.map(({ variables }) => variables)).toEqual([
      first,
      { ...first, since: '2026-10-31T12:01:00.000Z', day },
      second,
      { ...second, since: '2026-10-31T12:02:00.000Z', day },
    ])
    expect(graphql.requests[0]?.authorization).toBe(`Bearer ${TOKEN}`)
    const ok = { 'cloudflare.script_name': 'shop', 'cloudflare.workers.status': 'success' }
    await expect
      .poll(() => latest('cloudflare.workers.requests', ok), { timeout: 15_000 })
      .toBe(10 + 11)
    expect(latest('cloudflare.workers.subrequests', ok)).toBe(20 + 22)
    expect(latest('cloudflare.workers.duration', ok)).toBe(1)
    expect(latest('cloudflare.workers.cpu_usage', ok)).toBeCloseTo(21 * 0.0025, 9)
    const killed = { 'cloudflare.workers.status': 'exceededResources' }
    expect(latest('cloudflare.workers.errors', killed)).toBe(2)
    expect(latest('cloudflare.workers.cpu_time', { ...ok, quantile: '0.5' })).toBe(0.0015)
    expect(latest('cloudflare.workers.cpu_time', { ...ok, quantile: '0.99' })).toBe(0.025)
    expect(latest('cloudflare.queues.backlog.messages', { 'cloudflare.queue.id': 'q1' })).toBe(6)
    expect(latest('cloudflare.queues.backlog.size', { 'cloudflare.queue.id': 'q1' })).toBe(600)
  })

  it('adds up what stores did, and has their newest sizes', () => {
    const photos = { 'cloudflare.r2.bucket.name': 'photos' }
    const put = { ...photos, 'cloudflare.r2.operation': 'PutObject' }
    expect(latest('cloudflare.r2.operations', { ...put, 'cloudflare.r2.status': 'success' })).toBe(
      10 + 11,
    )
    expect(latest('cloudflare.r2.operations', { 'cloudflare.r2.status': 'userError' })).toBe(2)
    expect(latest('cloudflare.r2.size', photos)).toBe(10_014)
    expect(latest('cloudflare.r2.objects', photos)).toBe(20)
    const namespace = { 'cloudflare.kv.namespace.id': 'n1' }
    expect(latest('cloudflare.kv.operations', { 'cloudflare.kv.operation': 'read' })).toBe(21)
    expect(latest('cloudflare.kv.operations', { 'cloudflare.kv.operation': 'write' })).toBe(4)
    expect(latest('cloudflare.kv.size', namespace)).toBe(600)
    expect(latest('cloudflare.kv.keys', namespace)).toBe(6)
    const database = { 'cloudflare.d1.database.id': 'd1' }
    const access = (kind: string) => ({ ...database, 'cloudflare.d1.access': kind })
    expect(latest('cloudflare.d1.queries', access('read'))).toBe(21)
    expect(latest('cloudflare.d1.queries', access('write'))).toBe(4)
    expect(latest('cloudflare.d1.rows', access('read'))).toBe(2100)
    expect(latest('cloudflare.d1.rows', access('write'))).toBe(8)
    expect(latest('cloudflare.d1.size', database)).toBe(8192)
  })

  it('tells of Workers also when nothing is to be had of stores', async () => {
    graphql.answer = () => ({
      body: { data: { viewer: { accounts: [account(100, 5)] } }, errors: null },
    })
    graphql.refused = 'd1StorageAdaptiveGroups'
    try {
      expect((await run(START_MS + 8 * MINUTE_MS)).outcome).not.toBe('ok')
    } finally {
      graphql.refused = undefined
    }
    const ok = { 'cloudflare.script_name': 'shop', 'cloudflare.workers.status': 'success' }
    await expect
      .poll(() => latest('cloudflare.workers.requests', ok), { timeout: 15_000 })
      .toBe(121)
  })

  it.each([
    ['refuses', { status: 403, body: {} }, 'the API answered 403'],
    [
      'answers with errors',
      { body: { data: null, errors: [{ message: 'too often' }] } },
      'too often',
    ],
    ['knows no such account', { body: { data: { viewer: { accounts: [] } } } }, 'no such account'],
  ])('fails, in its trace too, when the API %s', async (_, answer, message) => {
    graphql.answer = () => answer
    const before = sink.spans().length
    expect((await run(START_MS + 8 * MINUTE_MS)).outcome).not.toBe('ok')
    const failed = () =>
      sink
        .spans()
        .slice(before)
        .find(({ status }) => status.code === 2)
    await expect
      .poll(() => JSON.stringify(failed()?.events.map(({ attributes }) => attributes)), {
        timeout: 15_000,
      })
      .toContain(message)
  })

  it('never tells the token', async () => {
    const told = sink.requests.map(({ body }) => Buffer.from(body).toString()).join('\n')
    expect(told).toContain('cloudflare.workers.requests')
    expect(told).not.toContain(TOKEN)
    expect(told).toContain('Cannot read analytics')
    expect(worker.logs()).not.toContain(TOKEN)
  })

  it.runIf(hasStack)('has data for every panel that asks for what it tells', async () => {
    const stack = await startTestStack({})
    try {
      for (const { path, body } of sink.requests) {
        if (path !== '/v1/metrics') continue
        const headers = { 'content-type': 'application/json' }
        const sent = await fetch(`${stack.otlpUrl}${path}`, {
          method: 'POST',
          headers,
          body: body.toString(),
        })
        expect(sent.status).toBe(200)
      }
      const asked = boardQueries().filter(({ origin }) => origin === 'platform-metrics')
      expect(asked.length).toBeGreaterThan(3)
      const empty = async (): Promise<string[]> => {
        const found: string[] = []
        for (const { where, expr } of asked) {
          const all = expr.replaceAll('job=~"shop"', 'job="platform-metrics"')
          if ((await stack.values(all)).length === 0) found.push(`${where}: ${all}`)
        }
        return found
      }
      await expect.poll(empty, { timeout: 20_000 }).toEqual([])
    } finally {
      await stack.stop()
    }
  })
})
