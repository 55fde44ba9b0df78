import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyName, labelName } from '../../../src/metrics/prometheus-names.ts'
import { exponential, gauge, histogram, sum } from '../aggregator/metrics.ts'

describe('familyName', () => {
  it.each([
    ['http.server.request.duration', 's', 'http_server_request_duration_seconds', 'seconds'],
    ['http.server.request.body.size', 'By', 'http_server_request_body_size_bytes', 'bytes'],
    ['response_time', 'ms', 'response_time_milliseconds', 'milliseconds'],
    ['response_time_seconds', 's', 'response_time_seconds', 'seconds'],
    ['uptime', 'd', 'uptime_days', 'days'],
    ['room', 'Cel', 'room_celsius', 'celsius'],
    ['used', '%', 'used_percent', 'percent'],
    ['disk', 'GiBy', 'disk_gibibytes', 'gibibytes'],
    ['requests', '1/s', 'requests_per_second', 'per_second'],
    ['throughput', 'By/s', 'throughput_bytes_per_second', 'bytes_per_second'],
    ['throughput', 'By/min', 'throughput_bytes_per_minute', 'bytes_per_minute'],
    ['custom', 'widgets', 'custom_widgets', 'widgets'],
    [
      'custom',
      'widget@factory#1/shift',
      'custom_widget_factory_1_per_shift',
      'widget_factory_1_per_shift',
    ],
    ['custom', '{widget}', 'custom', ''],
    ['custom', 'By/{widget}', 'custom_bytes', 'bytes'],
    ['custom', '{widget}/s', 'custom_per_second', 'per_second'],
    ['metric@@##$$name', '', 'metric_name', ''],
    ['_lead.', '', 'lead', ''],
    ['123metric', '', '_123metric', ''],
    ['a:b', '', 'a:b', ''],
    ['@#$', '', '_', ''],
    ['ratio.of', '1', 'ratio_of', ''],
  ])('names the histogram %s in %o %s', (name, unit, expected, expectedUnit) => {
    const named = { name: expected, unit: expectedUnit }
    expect(familyName(histogram([], { name, unit }), false)).toEqual(named)
    expect(familyName(exponential([], { name, unit }), false)).toEqual(named)
    expect(familyName(sum([], { name, unit, monotonic: false }), false)).toEqual(named)
  })

  it.each([
    ['requests', '', 'requests'],
    ['requests.total', '', 'requests'],
    ['total.requests', '1', 'requests'],
    ['cpu_seconds_total', 's', 'cpu_seconds'],
  ])('leaves `_total` of the counter %s to its samples', (name, unit, expected) => {
    expect(familyName(sum([], { name, unit }), false).name).toBe(expected)
  })

  it.each([
    ['cpu_usage', '1', 'cpu_usage_ratio'],
    ['cpu_usage_ratio', '1', 'cpu_usage_ratio'],
    ['memory', 'By', 'memory_bytes'],
    ['queue', '', 'queue'],
  ])('names the gauge %s in %o %s', (name, unit, expected) => {
    expect(familyName(gauge([], { name, unit }), false).name).toBe(expected)
  })

  it.each([
    [sum([], { name: 'requêsts' }), 'requêsts'],
    [sum([], { name: 'http.requests_total' }), 'http.requests'],
    [sum([], { name: 'cpu_seconds_total', unit: 's' }), 'cpu_seconds'],
    [gauge([], { name: 'cpu.usagé', unit: '1' }), 'cpu.usagé_ratio'],
    [gauge([], { name: 'cpu_ratio', unit: '1' }), 'cpu_ratio'],
    [histogram([], { name: 'http.duration', unit: 's' }), 'http.duration_seconds'],
    [histogram([], { name: 'rate', unit: 'By/s' }), 'rate_bytes_per_second'],
  ])('only adds suffixes where UTF-8 is kept', (metric, expected) => {
    expect(familyName(metric, true).name).toBe(expected)
  })

  it('is a legal name whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, unit) => {
        for (const metric of [sum([], { name, unit }), gauge([], { name, unit })]) {
          expect(familyName(metric, false).name).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
        }
      }),
    )
  })
})

describe('labelName', () => {
  it.each([
    ['http.route', 'http_route'],
    ['label:with:colons', 'label_with_colons'],
    ['a--b__c', 'a_b_c'],
    ['123label', 'key_123label'],
    ['_label', '_label'],
    ['__name__', '_name_'],
    ['ようこそ', '_'],
  ])('turns %s into %s', (key, expected) => {
    expect(labelName(key, false)).toBe(expected)
  })

  it('keeps UTF-8, but not the underscores that are reserved', () => {
    expect(labelName('http.route', true)).toBe('http.route')
    expect(labelName('__name__', true)).toBe('_name__')
  })
})
