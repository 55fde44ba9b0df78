import { describe, expect, it } from 'vitest'
import type { PrometheusFormat } from '../../../src/prometheus/format.ts'
import { renderPrometheus } from '../../../src/prometheus/render.ts'
import { COLLIDING, counterOf, gaugeOf } from './colliding.ts'

const FORMATS: PrometheusFormat[] = [false, true].flatMap((openMetrics) =>
  [false, true].map((created) => ({ openMetrics, created, keepsUtf8: false, scopes: false })),
)

const titles = (text: string): string[] =>
  text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])

const samples = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))

const conflicts = (text: string): string[] =>
  samples(text).filter((name) => name.startsWith('hono_prometheus_conflicts{'))

describe.each(FORMATS)('with $openMetrics for OpenMetrics and $created for created', (format) => {
  it.each(COLLIDING)(
    '$0.type $0.name keeps its names from $1.type $1.name',
    (first, second, when) => {
      const text = renderPrometheus([{ resource: {}, metrics: [first, second] }], format)
      expect(titles(text)).toEqual([...new Set(titles(text))])
      expect(samples(text)).toEqual([...new Set(samples(text))])
      expect(conflicts(text)).toEqual(
        when === 'always' || format.openMetrics
          ? [`hono_prometheus_conflicts{metric="${second.name}"}`]
          : [],
      )
    },
  )

  it.each(['target_info', 'target', 'hono_prometheus_conflicts'])(
    'no metric takes the place of %s',
    (name) => {
      const text = renderPrometheus([{ resource: { a: 1 }, metrics: [gaugeOf(name)] }], format)
      expect(titles(text)).toEqual([...new Set(titles(text))])
      expect(text).toContain('target_info{a="1"} 1\n')
      expect(conflicts(text)).toEqual([`hono_prometheus_conflicts{metric="${name}"}`])
    },
  )

  it('counters whose names only look like samples of others stay', () => {
    const metrics = ['jobs', 'jobs.created', 'jobs.count', 'jobs.info'].map(counterOf)
    const text = renderPrometheus([{ resource: {}, metrics }], format)
    expect(conflicts(text)).toEqual([])
    expect(samples(text).filter((name) => name.endsWith('_total'))).toHaveLength(4)
  })
})
