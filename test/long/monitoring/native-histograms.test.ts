import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fasterRules, shorter } from '../../../scripts/monitor/game-day/speed.ts'
import { type NativeHistogram, startNativeTarget } from './native-exposition.ts'
import { freePort, startServer } from './servers.ts'
import { areInstalled, MONITORING } from './tools.ts'

const SPEED = 30
/** At schema 3, 2^(-16/8) = 0.25 s, and 2^(16/8) = 4 s. */
const [FAST, SLOW] = [-16, 16]
const soon = { timeout: 60_000, interval: 250 }

const isInstalled = areInstalled(['prometheus'], 'native histograms')

describe.runIf(isInstalled)('a service whose histograms are native, and no others', () => {
  const stops: (() => unknown)[] = []
  let url: string
  let startedMs: number

  /** Thirty requests a second, of which a third take more than two. */
  const histogram = (): NativeHistogram => {
    const all = Math.round((30 * (Date.now() - startedMs)) / 1000) + 30
    const slow = Math.round(all / 3)
    const empty = Array.from({ length: SLOW - FAST - 1 }, (_, at) => [FAST + 1 + at, 0] as const)
    return {
      name: 'http_server_request_duration_seconds',
      labels: {
        http_request_method: 'GET',
        http_route: '/products',
        http_response_status_code: '200',
      },
      count: all,
      sum: slow * 3.5 + (all - slow) * 0.2,
      buckets: [[FAST, all - slow], ...empty, [SLOW, slow]],
    }
  }

  const values = async (query: string): Promise<number[]> => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
    return data.result.map(({ value }) => Number(value[1]))
  }

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'native-'))
    stops.push(() => rmSync(folder, { recursive: true, force: true }))
    startedMs = Date.now()
    const target = await startNativeTarget(() => [histogram()])
    stops.push(() => target.close())
    mkdirSync(join(folder, 'rules'))
    const rules = readFileSync(`${MONITORING}prometheus/rules/slo.yml`, 'utf8')
    writeFileSync(join(folder, 'rules/slo.yml'), fasterRules(rules, SPEED))
    const config = join(folder, 'prometheus.yml')
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        rule_files: [join(folder, 'rules/*.yml')],
        scrape_configs: [
          { job_name: 'shop', static_configs: [{ targets: [`127.0.0.1:${target.port}`] }] },
        ],
      }),
    )
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    stops.push(
      await startServer(
        'prometheus',
        [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--enable-feature=native-histograms',
          `--query.lookback-delta=${shorter('5m', SPEED)}`,
        ],
        `${url}/-/ready`,
      ),
    )
  })

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  it('has no classic ones', async () => {
    await expect
      .poll(() => values('histogram_count(http_server_request_duration_seconds)'), soon)
      .toHaveLength(1)
    expect(await values('http_server_request_duration_seconds_bucket')).toEqual([])
    expect(await values('http_server_request_duration_seconds_count')).toEqual([])
  })

  it.each(['latency-0.5s', 'latency-2s'])('has its share of slow requests for %s', async (slo) => {
    const ratio = `job_slo:errors_per_request:ratio_rate5m{slo="${slo}"}`
    await expect
      .poll(async () => (await values(ratio)).map((value) => value.toFixed(2)), soon)
      .toEqual(['0.33'])
  })

  it('is available, and burns its budget of latency', async () => {
    expect(await values('job_slo:errors_per_request:ratio_rate5m{slo="availability"}')).toEqual([0])
    const firing = 'ALERTS{alertname="LatencyBudgetBurn1h",slo="latency-2s",alertstate="firing"}'
    await expect.poll(() => values(firing), soon).toEqual([1])
    expect(await values('ALERTS{alertname=~"Availability.*",alertstate="firing"}')).toEqual([])
  })
})
