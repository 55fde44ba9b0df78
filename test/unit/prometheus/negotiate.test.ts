import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptsGzip, negotiate } from '../../../src/prometheus/negotiate.ts'

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const TEXT_1 = 'text/plain; version=1.0.0; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1'

describe('negotiate', () => {
  it.each([
    [undefined, TEXT],
    ['', TEXT],
    ['*/*', TEXT],
    ['text/*', TEXT],
    ['text/html,application/xhtml+xml,*/*;q=0.8', TEXT],
    [PROMETHEUS_2, OPEN_METRICS],
    [PROMETHEUS_3, OPEN_METRICS],
    ['application/openmetrics-text', OPEN_METRICS],
    ['APPLICATION/OpenMetrics-Text; Version="1.0.0"', OPEN_METRICS],
    ['application/openmetrics-text;version=0.0.1', TEXT],
    ['application/openmetrics-text;version=2.0.0,*/*', TEXT],
    ['text/plain', TEXT],
    ['text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.8', TEXT],
    ['text/plain;q=0.5,application/openmetrics-text;q=0.6', OPEN_METRICS],
    ['text/plain;version=1.0.0', TEXT_1],
    ['application/openmetrics-text;q=0', TEXT],
    ['application/openmetrics-text;q=nonsense', TEXT],
    ['application/json', JSON_TYPE],
    ['application/json;q=0.2,text/plain;q=0.1', JSON_TYPE],
    ['image/png', TEXT],
    [';;;,,,=,q=1;', TEXT],
  ])('answers %s with %s', (accept, expected) => {
    expect(negotiate(accept).contentType).toBe(expected)
  })

  it('notices who takes UTF-8 names', () => {
    expect(negotiate(PROMETHEUS_3).allowsUtf8).toBe(true)
    expect(negotiate(PROMETHEUS_2).allowsUtf8).toBe(false)
    expect(negotiate('text/plain;version=1.0.0;escaping=allow-utf-8').allowsUtf8).toBe(true)
    expect(negotiate('text/plain;version=0.0.4;escaping=allow-utf-8').allowsUtf8).toBe(false)
    expect(negotiate('text/plain;version=1.0.0;escaping=underscores').allowsUtf8).toBe(false)
  })

  it('survives any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (header) => {
        expect([TEXT, TEXT_1, OPEN_METRICS, JSON_TYPE]).toContain(negotiate(header).contentType)
        acceptsGzip(header)
      }),
    )
  })

  it('takes no time for a long header', () => {
    const startMs = performance.now()
    for (const part of [',', ';', 'a/b;q=0.1,', ' ', '"', '=']) {
      negotiate(part.repeat(1_000_000))
      acceptsGzip(part.repeat(1_000_000))
    }
    expect(performance.now() - startMs).toBeLessThan(200)
  })
})

describe('acceptsGzip', () => {
  it.each([
    [undefined, false],
    ['gzip', true],
    ['GZIP;q=0.5, br', true],
    ['br, *', true],
    ['br', false],
    ['gzip;q=0', false],
    ['x-gzip', false],
    ['identity', false],
  ])('says of %s: %s', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected)
  })
})
