import { propagation, trace } from '@opentelemetry/api'
import { log } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { formatBaggage, parseBaggage } from '../../../src/context/baggage.ts'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { validateOptions } from '../../../src/telemetry/config/validate.ts'
import { catchTelemetry, FRONTS } from './support.ts'

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

/** As a client's JSON brings them: own properties, whatever their names. */
const record = (value: unknown): Record<string, never> =>
  JSON.parse(`{${KEYS.map((key) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`)

const PLAIN = Object.getOwnPropertyNames(Object.prototype).toSorted().join()

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted().join()).toBe(PLAIN)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

describe.each(FRONTS)('names of the prototype, with %s', (_name, front) => {
  it('are attributes, log fields and baggage like any other', async () => {
    const caught = catchTelemetry()
    const lines = vi.spyOn(console, 'info').mockImplementation(() => {})
    const seen: string[] = []
    const app = front(caught.options({ logs: { otlp: true } }), (app) => {
      app.get('/', (c) => {
        const span = trace.getActiveSpan()
        span?.setAttributes(record('plain'))
        span?.setAttribute('nested', record({ polluted: 'deep' }) as never)
        span?.addEvent('event', record('of an event'))
        log.info('fields', record({ polluted: 'logged' }))
        log.set(record('set'))
        for (const [key, { value }] of propagation.getActiveBaggage()?.getAllEntries() ?? []) {
          seen.push(`${key}=${value}`)
        }
        return c.text('ok')
      })
    })
    const headers = { baggage: KEYS.map((key) => `${key}=polluted`).join() }
    const query = KEYS.map((key) => `${key}=polluted`).join('&')
    await caught.send(app, new Request(`http://shop.test/?${query}`, { headers }))
    expect(seen).toEqual(KEYS.map((key) => `${key}=polluted`))
    const [span] = caught.spans
    for (const key of KEYS) {
      expect(span?.attributes).toContainEqual({ key, value: { stringValue: 'plain' } })
      expect(caught.text).toContain(`"key":"${key}","value":{"stringValue":"of an event"}`)
      expect(lines.mock.calls.join()).toContain(`"${key}":{"polluted":"logged"}`)
      expect(lines.mock.calls.join()).toContain(`"${key}":"set"`)
    }
    expect(caught.text).toContain('deep')
    expect(caught.text).toContain('"key":"__proto__","value":{"kvlistValue"')
    lines.mockRestore()
  })
})

it('names of the prototype pass through baggage both ways', () => {
  const header = KEYS.map((key) => `${key}=1`).join()
  const baggage = parseBaggage(header)
  expect(baggage && formatBaggage(baggage)).toBe(header)
})

it('names of the prototype are no options', () => {
  for (const key of KEYS.slice(0, 2)) {
    for (const text of [
      `{"${key}":{"logs":false}}`,
      `{"http":{"${key}":{"query":"values"}}}`,
      `{"otlp":{"batch":{"${key}":{"maxQueueSize":1}}}}`,
    ]) {
      expect(() => validateOptions(JSON.parse(text))).toThrow(`${key}\` is not an option`)
    }
  }
})

it('names of the prototype are pairs like any other in the environment', () => {
  const pairs = KEYS.map((key) => `${key}=polluted`).join()
  const variables: Record<string, string> = {
    OTEL_RESOURCE_ATTRIBUTES: pairs,
    OTEL_EXPORTER_OTLP_HEADERS: pairs,
    OTEL_TRACES_SAMPLER: 'constructor',
    OTEL_PROPAGATORS: '__proto__,tracecontext',
  }
  const warn = vi.fn()
  const { resource, otlp, traces } = resolveConfig({}, (name) => variables[name], warn)
  const [first] = [otlp || []].flat()
  const { headers } = first?.traces || { headers: {} }
  for (const key of KEYS) {
    expect(Object.getOwnPropertyDescriptor(resource, key)?.value).toBe('polluted')
    expect(Object.getOwnPropertyDescriptor(headers, key.toLowerCase())?.value).toBe('polluted')
  }
  expect(traces.sampler).toBe('parentbased_always_on')
  expect(traces.propagators).toEqual(['tracecontext'])
  expect(warn).toHaveBeenCalledTimes(2)
})
