import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Blocks } from '../../../scripts/monitor/month/blocks.ts'
import { type Review, reviewOf } from '../../../scripts/monitor/review.ts'
import { freePort, startServer } from './servers.ts'
import { areInstalled, MONITORING } from './tools.ts'

const isInstalled = areInstalled(['prometheus', 'promtool'], 'the review, by Prometheus')
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Days that are over, so that the server has nothing of its own in them. */
const END = Math.floor(Date.now() / 1000 / DAY) * DAY - DAY
const DAYS = 3

const firing = (alertname: string): string => `ALERTS{alertname="${alertname}",alertstate="firing"}`

describe.runIf(isInstalled)('a review of three days', () => {
  const stops: (() => unknown)[] = []
  let review: Review

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'review-'))
    stops.push(() => rmSync(folder, { recursive: true, force: true }))
    const database = join(folder, 'data')
    const blocks = new Blocks(folder, database)
    for (let seconds = END - DAYS * DAY; seconds < END; seconds += 5 * MINUTE) {
      const hour = Math.floor(seconds / HOUR) % 24
      const point = { seconds, value: 1 }
      await blocks.add({ ...point, selector: firing('Watchdog') })
      // Half of each day, and once for half an hour.
      if (hour < 12) await blocks.add({ ...point, selector: firing('LatencyElevated') })
      if (seconds >= END - DAY && seconds < END - DAY + 30 * MINUTE) {
        await blocks.add({ ...point, selector: firing('ErrorRatioHigh') })
      }
      await blocks.add({
        seconds,
        value: seconds - (END - DAYS * DAY),
        selector:
          'http_server_request_duration_seconds_count{job="shop",http_route="/",http_request_method="GET",http_response_status_code="200"}',
      })
    }
    await blocks.flush()
    const config = join(folder, 'prometheus.json')
    writeFileSync(config, JSON.stringify({ rule_files: [`${MONITORING}prometheus/rules/*.yml`] }))
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    stops.push(
      await startServer(
        'prometheus',
        [
          `--config.file=${config}`,
          `--storage.tsdb.path=${database}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        `${url}/-/ready`,
      ),
    )
    review = await reviewOf(url, END * 1000, DAYS)
  }, 120_000)

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  it('names the alerts that fire for much of the time, and for how much', () => {
    expect([...review.often.keys()]).toEqual(['LatencyElevated'])
    expect(review.often.get('LatencyElevated')).toBeCloseTo(0.5, 1)
  })

  it('names the alerts that have not fired, but not the one that always does', () => {
    expect(review.silent).toContain('ServiceDown')
    for (const name of ['LatencyElevated', 'ErrorRatioHigh', 'Watchdog']) {
      expect(review.silent).not.toContain(name)
    }
    expect(review.silent.length).toBeGreaterThan(40)
  })

  it('names the panels that have no data, and none that has', () => {
    expect(review.empty).toContain('Business: Revenue')
    for (const panel of ['Overview: Requests', 'Routes: Requests', 'Overview: Firing']) {
      expect(review.empty).not.toContain(panel)
    }
  })
})

describe('npm run monitor -- --review', () => {
  it('says that no Prometheus answers, and where', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    await expect(reviewOf(url)).rejects.toThrow(
      `Cannot review: no Prometheus answers at ${url}. Start it with`,
    )
  })
})
