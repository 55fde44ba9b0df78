import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MetricData } from '../../../src/metrics/data.ts'
import { renderPrometheus } from '../../../src/prometheus/render.ts'
import { COLLIDING, gaugeOf } from '../../unit/prometheus/colliding.ts'
import { checkMetrics, isInstalled, type Prometheus, startPrometheus } from './server.ts'

const hasPrometheus = isInstalled('promtool') && isInstalled('prometheus')

/** Every pair under a name of its own, and each metric with a label that tells it apart. */
const metrics: MetricData[] = COLLIDING.flatMap(([first, second], pair) =>
  [first, second].map(
    (metric, index) =>
      ({
        ...metric,
        name: `p${pair}_${metric.name}`,
        points: metric.points.map((point) => ({
          ...point,
          attributes: { pair, which: index ? 'second' : 'first' },
        })),
      }) as MetricData,
  ),
).concat(gaugeOf('target_info'), gaugeOf('hono_prometheus_conflicts'))

const page = (openMetrics: boolean): string =>
  renderPrometheus([{ resource: { 'service.name': 'shop' }, metrics }], {
    openMetrics,
    keepsUtf8: false,
    scopes: false,
  })

describe.runIf(hasPrometheus)('a page of metrics whose names collide', () => {
  it('is taken by promtool', () => {
    const { output } = checkMetrics(page(false))
    const complaints = output.split('\n').filter((line) => /duplicate|second|error/i.test(line))
    expect(complaints).toEqual([])
  })

  describe.each([
    [true, 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    [false, 'text/plain; version=0.0.4; charset=utf-8'],
  ])('with OpenMetrics: %s', (openMetrics, type) => {
    const body = page(openMetrics)
    const server = createServer((_, response) => {
      response.setHeader('content-type', type)
      response.end(body)
    })
    let prometheus: Prometheus

    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      prometheus = await startPrometheus(`http://127.0.0.1:${port}`, 'x')
    })

    afterAll(async () => {
      server.close()
      await prometheus?.stop()
    })

    it('reaches Prometheus but for what is counted', async () => {
      const lines = body.split('\n').filter((line) => line && !line.startsWith('#'))
      const scraped = await prometheus.query('scrape_samples_scraped', 'job')
      const added = await prometheus.query('scrape_samples_post_metric_relabeling', 'job')
      expect([scraped, added]).toEqual([{ shop: lines.length }, { shop: lines.length }])
      // All that Prometheus stored, by series: none of two with one name got lost.
      const stored = await prometheus.query('count({job="shop",__name__!~"up|scrape_.*"})', '')
      expect(stored).toEqual({ '': lines.length })
      const counted = await prometheus.query(
        'sum by (metric) (hono_prometheus_conflicts)',
        'metric',
      )
      for (const { name } of metrics) {
        const isThere = lines.some((line) => line.startsWith(name) && !line.includes('metric='))
        const ofName = metrics.filter((metric) => metric.name === name).length
        const left = counted[name] ?? 0
        expect(left, name).toBeLessThanOrEqual(ofName)
        expect(isThere || left > 0, name).toBe(true)
      }
      const gone = Object.values(counted).reduce((sum, points) => sum + points, 0)
      const families = body.split('\n').filter((line) => line.startsWith('# TYPE')).length
      // Our own two of them.
      expect(families - 2 + gone).toBe(metrics.length)
    })
  })
})
