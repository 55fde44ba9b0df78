import { describe, expect, it } from 'vitest'
import type { Exemplar, MetricData } from '../../../src/metrics/data.ts'
import type { PrometheusFormat } from '../../../src/prometheus/format.ts'
import { renderPrometheus } from '../../../src/prometheus/render.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  sum,
} from '../aggregator/metrics.ts'

const TEXT: PrometheusFormat = { openMetrics: false, keepsUtf8: false, scopes: false }
const OPEN_METRICS = { ...TEXT, openMetrics: true }

const cumulative = (metric: MetricData): MetricData =>
  ('temporality' in metric ? { ...metric, temporality: 'cumulative' } : metric) as MetricData

const render = (metrics: readonly MetricData[], format = TEXT, resource = {}): string =>
  renderPrometheus([{ resource, metrics: metrics.map(cumulative) }], format)

/** Without the resource, which every answer has. */
const lines = (metrics: readonly MetricData[], format = TEXT): string[] =>
  render(metrics, format)
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(# \w+ )?target/.test(line))

const exemplar = (value: number, over: Partial<Exemplar> = {}): Exemplar => ({
  timeMs: NOW_MS + 125,
  value,
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  ...over,
})
const IDS = `span_id="${'b'.repeat(16)}",trace_id="${'a'.repeat(32)}"`

describe('renderPrometheus', () => {
  it('writes a counter', () => {
    const metric = sum([numberPoint(3, { 'http.route': '/a' })], { description: 'All of them' })
    expect(lines([metric])).toEqual([
      '# TYPE requests_total counter',
      '# HELP requests_total All of them',
      'requests_total{http_route="/a"} 3',
    ])
    expect(lines([metric], OPEN_METRICS)).toEqual([
      '# TYPE requests counter',
      '# HELP requests All of them',
      'requests_total{http_route="/a"} 3',
      '# EOF',
    ])
    expect(lines([metric], { ...OPEN_METRICS, created: true })).toContain(
      `requests_created{http_route="/a"} ${(NOW_MS - 1000) / 1000}`,
    )
  })

  it('writes gauges, and sums that go down as gauges', () => {
    const upDown = sum([numberPoint(-3)], { name: 'open', monotonic: false })
    expect(lines([gauge([numberPoint(0.5)], { unit: 'Cel' }), upDown])).toEqual([
      '# TYPE temperature_celsius gauge',
      'temperature_celsius 0.5',
      '# TYPE open gauge',
      'open -3',
    ])
    expect(lines([gauge([numberPoint(0.5)], { unit: 'Cel' })], OPEN_METRICS)).toEqual([
      '# TYPE temperature_celsius gauge',
      '# UNIT temperature_celsius celsius',
      'temperature_celsius 0.5',
      '# EOF',
    ])
  })

  it('writes a histogram with cumulative buckets', () => {
    const metric = histogram([histogramPoint([0.05, 0.5, 5, 50, 5], { a: 1 })])
    expect(lines([metric])).toEqual([
      '# TYPE duration_seconds histogram',
      'duration_seconds_bucket{a="1",le="0.1"} 1',
      'duration_seconds_bucket{a="1",le="1"} 2',
      'duration_seconds_bucket{a="1",le="10"} 4',
      'duration_seconds_bucket{a="1",le="+Inf"} 5',
      'duration_seconds_count{a="1"} 5',
      'duration_seconds_sum{a="1"} 60.55',
    ])
    expect(lines([metric], OPEN_METRICS)).toContain('duration_seconds_bucket{a="1",le="10.0"} 4')
    expect(lines([metric], { ...OPEN_METRICS, created: true })).toContain(
      `duration_seconds_created{a="1"} ${(NOW_MS - 1000) / 1000}`,
    )
  })

  it('leaves out a sum that is not known or may fall', () => {
    const { sum: _, ...unknown } = histogramPoint([1])
    expect(render([histogram([unknown])])).not.toContain('_sum')
    const negative = histogram([histogramPoint([1])], { bounds: [-1, 0, 1] })
    expect(render([negative])).toContain('_sum')
    expect(render([negative], OPEN_METRICS)).not.toContain('_sum')
  })

  it('writes an exponential histogram at powers of its base, the same ones for all series', () => {
    const metric = exponential([
      exponentialPoint([1.5, 3], 4, { a: 1 }),
      exponentialPoint([0, -3], 0, { a: 2 }),
    ])
    expect(lines([metric]).slice(1)).toEqual([
      'size_bytes_bucket{a="1",le="-2"} 0',
      'size_bytes_bucket{a="1",le="0"} 0',
      'size_bytes_bucket{a="1",le="1"} 0',
      'size_bytes_bucket{a="1",le="2"} 1',
      'size_bytes_bucket{a="1",le="4"} 2',
      'size_bytes_bucket{a="1",le="+Inf"} 2',
      'size_bytes_count{a="1"} 2',
      'size_bytes_sum{a="1"} 4.5',
      'size_bytes_bucket{a="2",le="-2"} 1',
      'size_bytes_bucket{a="2",le="0"} 2',
      'size_bytes_bucket{a="2",le="1"} 2',
      'size_bytes_bucket{a="2",le="2"} 2',
      'size_bytes_bucket{a="2",le="4"} 2',
      'size_bytes_bucket{a="2",le="+Inf"} 2',
      'size_bytes_count{a="2"} 2',
      'size_bytes_sum{a="2"} -3',
    ])
  })

  it('writes at most two buckets for each doubling, and 162 for one sign in all', () => {
    const bounds = (values: number[], scale: number) =>
      lines([exponential([exponentialPoint(values, scale)])]).filter((line) => line.includes('le='))
    expect(bounds([1.1, 3.9], 6)).toHaveLength(6)
    expect(bounds([1e-300, 1e300], -4).length).toBeLessThan(163)
    const far = exponential([exponentialPoint([1e-300], 3, { a: 1 }), exponentialPoint([1e300], 3)])
    expect(lines([far]).length).toBeLessThan(350)
  })

  it('attaches exemplars to the buckets and counters of OpenMetrics', () => {
    const exemplars = [exemplar(0.5), exemplar(50, { timeMs: NOW_MS })]
    const metrics = [
      histogram([{ ...histogramPoint([0.5, 50]), exemplars }]),
      sum([{ ...numberPoint(3), exemplars: [exemplar(1)] }]),
      gauge([{ ...numberPoint(3), exemplars: [exemplar(1)] }]),
    ]
    expect(lines(metrics, OPEN_METRICS).filter((line) => line.includes(' # '))).toEqual([
      `duration_seconds_bucket{le="1.0"} 1 # {${IDS}} 0.5 ${(NOW_MS + 125) / 1000}`,
      `duration_seconds_bucket{le="+Inf"} 2 # {${IDS}} 50 ${NOW_MS / 1000}`,
      `requests_total 3 # {${IDS}} 1 ${(NOW_MS + 125) / 1000}`,
    ])
    expect(render(metrics)).not.toContain('trace_id')
  })

  it('keeps the attributes of an exemplar within the 128 characters of OpenMetrics', () => {
    const withAttributes = (attributes: object) => {
      const exemplars = [exemplar(1, { attributes: { ...attributes } })]
      return render([sum([{ ...numberPoint(1), exemplars }])], OPEN_METRICS)
    }
    expect(withAttributes({ user: 'u1' })).toContain(`# {${IDS},user="u1"} 1`)
    expect(withAttributes({ user: 'u'.repeat(100) })).toContain(`# {${IDS}} 1`)
  })

  it('escapes what would break a line', () => {
    const metric = sum([numberPoint(1, { a: 'back\\slash "quoted"\nline\0end' })], {
      description: 'back\\slash "quoted"\nline',
    })
    expect(lines([metric])).toEqual([
      '# TYPE requests_total counter',
      '# HELP requests_total back\\\\slash "quoted"\\nline',
      'requests_total{a="back\\\\slash \\"quoted\\"\\nline\uFFFDend"} 1',
    ])
    expect(lines([metric], OPEN_METRICS)).toContain(
      '# HELP requests back\\\\slash \\"quoted\\"\\nline',
    )
  })

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('writes %f as %s', (value, expected) => {
    expect(lines([gauge([numberPoint(value)])])).toContain(`temperature ${expected}`)
  })

  it('writes values of any type as labels', () => {
    const attributes = { text: 'x', number: 1.5, flag: true, list: ['a', 'b"'], none: undefined }
    expect(lines([gauge([numberPoint(1, attributes)])])).toContain(
      'temperature{flag="true",list="[\\"a\\",\\"b\\\\\\"\\"]",number="1.5",text="x"} 1',
    )
  })

  it('joins the values of labels whose names become one, in the order of their keys', () => {
    const points = [numberPoint(1, { 'a.b': 'dot', a_b: 'line', 'a-b': 'dash' })]
    expect(lines([gauge(points)])).toContain('temperature{a_b="dash;dot;line"} 1')
  })

  it('adds up series that become one', () => {
    const points = [numberPoint(1, { 'a.b': 'x' }), numberPoint(2, { a_b: 'x' })]
    expect(
      lines([sum(points), sum([numberPoint(4, { 'a-b': 'x' })], { name: 'Requests' })]),
    ).toEqual([
      '# TYPE requests_total counter',
      'requests_total{a_b="x"} 3',
      '# TYPE Requests_total counter',
      'Requests_total{a_b="x"} 4',
    ])
    const durations = ['a.b', 'a_b'].map((key) => histogramPoint([1], { [key]: 'x' }))
    expect(lines([histogram(durations)])).toContain('duration_seconds_count{a_b="x"} 2')
  })

  it('does not change what it renders', () => {
    const metrics = [sum(['a.b', 'a_b'].map((key) => numberPoint(1, { [key]: 'x' })))]
    const before = structuredClone(metrics)
    render(metrics)
    expect(metrics).toEqual(before)
  })

  it('keeps metrics of other scopes apart, under one head', () => {
    const metrics = [
      sum([numberPoint(1)]),
      gauge([numberPoint(1)]),
      sum([numberPoint(2)], { scope: { name: 'other', schemaUrl: 'https://x' } }),
    ]
    expect(lines(metrics, { ...TEXT, scopes: true })).toEqual([
      '# TYPE requests_total counter',
      'requests_total{otel_scope_name="test",otel_scope_version="1"} 1',
      'requests_total{otel_scope_name="other",otel_scope_schema_url="https://x"} 2',
      '# TYPE temperature gauge',
      'temperature{otel_scope_name="test",otel_scope_version="1"} 1',
    ])
  })

  it('counts and names what has the name of a metric of another kind', () => {
    const metrics = [
      gauge([numberPoint(1)], { name: 'a.b' }),
      histogram([histogramPoint([1], { other: 'labels' })], { name: 'a_b', unit: '' }),
    ]
    expect(lines(metrics)).toEqual([
      '# TYPE a_b gauge',
      'a_b 1',
      '# TYPE hono_prometheus_conflicts gauge',
      expect.stringContaining('# HELP'),
      'hono_prometheus_conflicts{metric="a_b"} 1',
    ])
  })

  it('does not mistake a label for the bound of a bucket', () => {
    expect(lines([histogram([histogramPoint([1], { le: '5' })])])).toContain(
      'duration_seconds_count{exported_le="5"} 1',
    )
    expect(lines([gauge([numberPoint(1, { le: '5' })])])).toContain('temperature{le="5"} 1')
  })

  it('describes the service', () => {
    const resource = { 'service.name': 'shop', 'service.version': '1' }
    expect(render([], TEXT, resource)).toBe(
      '# TYPE target_info gauge\n# HELP target_info Resource attributes of the service\n' +
        'target_info{service_name="shop",service_version="1"} 1\n',
    )
    expect(render([], OPEN_METRICS, resource)).toBe(
      '# TYPE target info\n# HELP target Resource attributes of the service\n' +
        'target_info{service_name="shop",service_version="1"} 1\n# EOF\n',
    )
  })

  it('tells services apart when there are several', () => {
    const metrics = [cumulative(sum([numberPoint(1)]))]
    const text = renderPrometheus(
      [
        { resource: { 'service.name': 'shop', 'host.name': 'a' }, metrics },
        { resource: { 'service.name': 'billing', 'service.namespace': 'x' }, metrics },
      ],
      TEXT,
    )
    expect(text).toContain('requests_total{service_name="shop"} 1\n')
    expect(text).toContain('requests_total{service_name="billing",service_namespace="x"} 1\n')
  })

  it('keeps names as they are where that is allowed, quoted', () => {
    const metrics = [
      sum([numberPoint(1, { 'http.route': '/a', plain: 'x' })], { name: 'http.requests' }),
      gauge([numberPoint(1)], { name: 'näme "x"' }),
      gauge([numberPoint(2, { 'a.b': 1 })], { name: 'plain' }),
    ]
    expect(lines(metrics, { ...TEXT, keepsUtf8: true })).toEqual([
      '# TYPE "http.requests_total" counter',
      '{"http.requests_total","http.route"="/a",plain="x"} 1',
      '# TYPE "näme \\"x\\"" gauge',
      '{"näme \\"x\\""} 1',
      '# TYPE plain gauge',
      'plain{"a.b"="1"} 2',
    ])
  })

  it('refuses deltas', () => {
    const metrics = [sum([numberPoint(1)])]
    expect(() => renderPrometheus([{ resource: {}, metrics }], TEXT)).toThrow(
      'Cannot render `requests`: its temporality must be cumulative',
    )
  })

  it('leaves out a metric without series', () => {
    expect(lines([sum([])])).toEqual([])
  })
})
