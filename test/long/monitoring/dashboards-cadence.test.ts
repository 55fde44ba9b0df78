import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settings } from '../../../monitoring/thresholds.ts'
import { panelQueries, samplesFor } from './dashboards-cadence.ts'
import { freePort, startServer } from './servers.ts'
import { areInstalled, MONITORING, run } from './tools.ts'

const { intervalSeconds } = settings
const read = (file: string) => parse(readFileSync(`${MONITORING}${file}`, 'utf8'))
const seconds = (duration: string): number =>
  Number.parseInt(duration, 10) * (duration.endsWith('m') ? 60 : 1)
const RANGES = { '1 hour': 3600, '24 hours': 86_400, '7 days': 604_800 } as const

describe('the time between two samples', () => {
  it('is one number: of scrapes, of what is pushed, and of panels', () => {
    const [prometheus] = read('grafana/provisioning/datasources/datasources.yaml').datasources
    expect(seconds(prometheus.jsonData.timeInterval)).toBe(intervalSeconds)
    expect(seconds(read('prometheus/prometheus.prod.yml').global.scrape_interval)).toBe(
      intervalSeconds,
    )
    const dev = read('prometheus/prometheus.dev.yml').global
    expect(seconds(dev.scrape_interval)).toBeLessThanOrEqual(intervalSeconds)
  })

  it('is the default of the specification, with which apps push', () => {
    // OTEL_METRIC_EXPORT_INTERVAL.
    expect(intervalSeconds).toBe(60)
  })

  it('is not longer for what the Collector makes', () => {
    const text = readFileSync(`${MONITORING}collector/common.yaml`, 'utf8')
    const flushes = [...text.matchAll(/FLUSH_INTERVAL:-(\w+)\}/g)].map(([, time = '']) => time)
    expect(flushes).toHaveLength(2)
    for (const time of flushes) expect(seconds(time)).toBeLessThanOrEqual(intervalSeconds)
  })
})

const isInstalled = areInstalled(['prometheus', 'promtool'], 'dashboards at the default cadence')

describe.runIf(isInstalled)('with a sample a minute, of a shop that came 6 hours ago', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cadence-'))
  const endSeconds = Math.floor(Date.now() / 60_000) * 60
  let url: string
  let stop: (() => Promise<void>) | undefined

  beforeAll(async () => {
    const file = join(folder, 'samples.txt')
    // Nobody asks at the very second of a sample.
    const lastSeconds = endSeconds - 23
    const queries = panelQueries(3600, intervalSeconds)
    writeFileSync(file, samplesFor(queries, { hours: 6, stepSeconds: 60, endSeconds: lastSeconds }))
    const data = join(folder, 'data')
    const made = await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data])
    expect(made.status, made.output).toBe(0)
    const config = join(folder, 'prometheus.yml')
    writeFileSync(config, '{}')
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    stop = await startServer(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      `${url}/-/ready`,
    )
  })

  afterAll(async () => {
    await stop?.()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Panels without a point. */
  const emptyOver = async (range: number, timeIntervalSeconds: number): Promise<string[]> => {
    const queries = panelQueries(range, timeIntervalSeconds)
    expect(queries.length).toBeGreaterThan(100)
    const empty: string[] = []
    for (const { where, expr, isInstant, stepSeconds } of queries) {
      const parameters = isInstant
        ? { query: expr, time: `${endSeconds}` }
        : {
            query: expr,
            start: `${endSeconds - range}`,
            end: `${endSeconds}`,
            step: `${stepSeconds}`,
          }
      const path = isInstant ? 'query' : 'query_range'
      const answer = await fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        body: new URLSearchParams(parameters),
      })
      const { data, error } = (await answer.json()) as {
        data?: { result: { values?: [number, string][]; value?: [number, string] }[] }
        error?: string
      }
      const values = data?.result.flatMap(({ values = [], value }) => [
        ...values,
        ...(value ? [value] : []),
      ])
      if (!values?.some(([, text]) => text !== 'NaN'))
        empty.push(`${where}: ${expr} ${error ?? ''}`)
    }
    return empty
  }

  it.each(Object.entries(RANGES))('every panel shows something over %s', async (_, range) => {
    expect(await emptyOver(range, intervalSeconds)).toEqual([])
  })

  it('most would show nothing, if they reckoned with a quarter of it', async () => {
    expect((await emptyOver(3600, intervalSeconds / 4)).length).toBeGreaterThan(60)
  })
})
