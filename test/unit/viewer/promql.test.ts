import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { MetricItem } from '../../../viewer/query/metrics.ts'
import { metricName } from '../../../viewer/query/prometheus-names.ts'
import { promQueries } from '../../../viewer/query/promql.ts'
import { parseQuery } from '../../../viewer/search/parse.ts'

const metric = (part: Partial<MetricItem>): MetricItem => ({
  id: 1,
  name: 'requests',
  description: '',
  unit: '',
  type: 'sum',
  temporality: 'delta',
  monotonic: true,
  scope: 'test',
  services: ['shop'],
  series: 1,
  firstSeenMs: 0,
  lastSeenMs: 0,
  attributes: [
    { key: 'http.route', values: 2, examples: [] },
    { key: '1st "key"', values: 2, examples: [] },
  ],
  ...part,
})

const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool && !process.env.CI)
  console.warn('PromQL is not checked by promtool: it is not here')

it.runIf(hasPromtool || process.env.CI)('Prometheus takes every query that is built', () => {
  const kinds: Partial<MetricItem>[] = [
    {},
    { monotonic: false },
    { type: 'gauge', unit: '1' },
    { type: 'summary', unit: 'ms' },
    { type: 'histogram', unit: 's' },
    { type: 'exponentialHistogram', unit: 'By/s' },
    { name: '99 größen "\\', unit: '{x}/s' },
  ]
  const asked = [
    '',
    'http.route!="a\\"b\\\\" and not http.route~"(x*[" service=shop',
    '"1st \\"key\\"" exists not http.route exists',
    'http.route="\u0000\u{d83d} \n`"',
  ]
  const queries = kinds.flatMap((kind) =>
    asked.flatMap((text) => {
      const query = parseQuery(text)
      const by = ['http.route', 'service.name', '1st "key"']
      return [undefined, [], by].flatMap((each) =>
        promQueries(metric(kind), { attributes: [], query, by: each, stepMs: 10_000 }),
      )
    }),
  )
  expect(queries.length).toBeGreaterThan(150)
  const directory = mkdtempSync(join(tmpdir(), 'promql-'))
  const file = join(directory, 'rules.json')
  const rules = queries.map(({ query }, at) => ({ record: `r:${at}`, expr: query }))
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'built', rules }] }))
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], {
    encoding: 'utf8',
  })
  rmSync(directory, { recursive: true })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`${queries.length} rules found`)
})

it.each([
  ['http.server.request.duration', 's', 'histogram', 'http_server_request_duration_seconds'],
  ['http.server.active_requests', '{request}', 'gauge', 'http_server_active_requests'],
  ['process.memory.usage', 'By', 'gauge', 'process_memory_usage_bytes'],
  ['requests.total', '1', 'sum', 'requests_total'],
  ['cpu.utilization', '1', 'gauge', 'cpu_utilization_ratio'],
  ['disk.io', 'By/s', 'gauge', 'disk_io_bytes_per_second'],
  ['wait_seconds', 's', 'sum', 'wait_seconds_total'],
  ['2nd', '', 'gauge', '_2nd'],
] as const)('%s in %s is called as Prometheus calls it', (name, unit, type, expected) => {
  expect(metricName(metric({ name, unit, type }))).toBe(expected)
})
