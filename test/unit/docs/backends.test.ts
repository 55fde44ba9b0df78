import type { ObservabilityOptions } from 'hono-observability'
import { protobuf } from 'hono-observability/protobuf'
import { describe, expect, it } from 'vitest'
import type { SignalName } from '../../../src/base/signal.ts'
import { json } from '../../../src/export/json/json.ts'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { validateOptions } from '../../../src/telemetry/config/validate.ts'
import { readProjectFile } from '../../support/docs/project.ts'

const SIGNALS = ['traces', 'metrics', 'logs'] as const

interface Backend {
  readonly name: string
  readonly variables: Readonly<Record<string, string>>
  readonly protocol: 'JSON' | 'Protobuf'
  /** What may be sent, the best first; none where metrics are not taken. */
  readonly temporalities: readonly ('aggregator' | 'delta')[]
}

/** The hosted backends of the page, as somebody sets them who follows it. */
const backends = (): Backend[] => {
  const [, hosted = ''] =
    /^## Hosted\n([\s\S]*?)^## /m.exec(readProjectFile('docs/backends.md')) ?? []
  return hosted
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [, name = '', block = '', said = ''] =
        /^(.+)\n\n```sh\n([\s\S]*?)```\n\n(.*)/.exec(section) ?? []
      const variables = block
        .replaceAll(/<(\w+)[^>]*>/g, 'my-$1')
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
      const [protocol = ''] = said.split(/[;.]/)
      const [, metrics = ''] = /Metrics: ([^;.]*)/.exec(said) ?? []
      return {
        name,
        variables: Object.fromEntries(variables),
        protocol: protocol as Backend['protocol'],
        temporalities: [...metrics.matchAll(/`(\w+)`/g)].map(
          ([, word]) => word as 'aggregator' | 'delta',
        ),
      }
    })
}

/** Where each signal goes, with what; fails at the first warning. */
const destinations = ({ name, variables, protocol, temporalities }: Backend) => {
  const [temporality] = temporalities
  const options: ObservabilityOptions = {
    ...(protocol === 'Protobuf' && { otlp: { protocol: protobuf } }),
    ...(temporality && { metrics: { temporality } }),
  }
  const warn = (message: string) => expect.fail(`${name}: ${message}`)
  const config = resolveConfig(validateOptions(options), (key) => variables[key], warn)
  const [destination] = config.otlp
  const of = (signal: SignalName) => (destination && destination[signal]) || undefined
  return { config, of }
}

describe('the hosted backends of the page', () => {
  it('are the ones that people ask for', () => {
    expect(backends().map(({ name }) => name)).toEqual([
      'Grafana Cloud',
      'Honeycomb',
      'Datadog',
      'New Relic',
      'Axiom',
      'Sentry',
      'SigNoz Cloud',
      'Uptrace',
      'Elastic Cloud',
      'Better Stack',
      'Dash0',
    ])
  })

  it.each(backends())('can be set as it says: $name', (backend) => {
    const { variables, protocol, temporalities } = backend
    const { config, of } = destinations(backend)
    expect(['JSON', 'Protobuf']).toContain(protocol)
    const [temporality = 'cumulative'] = temporalities
    expect(config.metrics && config.metrics.temporality).toBe(temporality)
    for (const signal of SIGNALS) {
      const taken = signal !== 'metrics' || temporalities.length > 0
      const destination = of(signal)
      expect(destination !== undefined, signal).toBe(taken)
      if (!destination) continue
      expect(destination.url).toBe(`${variables.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/${signal}`)
      expect(destination.encoding).toBe(protocol === 'Protobuf' ? protobuf : json)
      // As the backend reads them: nothing is left encoded.
      const headers = Object.entries(destination.headers)
      expect(headers.length, signal).toBeGreaterThan(0)
      for (const [, value] of headers) expect(value).not.toMatch(/%[0-9A-F]{2}/)
    }
  })

  it.each([
    ['Grafana Cloud', 'traces', { authorization: 'Basic my-base64' }],
    ['Honeycomb', 'metrics', { 'x-honeycomb-team': 'my-key', 'x-honeycomb-dataset': 'my-dataset' }],
    [
      'Datadog',
      'metrics',
      {
        'dd-api-key': 'my-key',
        'dd-otel-metric-config': '{"resource_attributes_as_tags":true}',
      },
    ],
    ['Datadog', 'traces', { 'dd-api-key': 'my-key', compute_stats: 'true' }],
    [
      'Axiom',
      'metrics',
      { authorization: 'Bearer my-token', 'x-axiom-metrics-dataset': 'my-dataset' },
    ],
    ['Sentry', 'logs', { 'x-sentry-auth': 'sentry sentry_key=my-key' }],
    ['Uptrace', 'traces', { 'uptrace-dsn': 'https://my-secret@api.uptrace.dev?grpc=4317' }],
    ['Elastic Cloud', 'metrics', { authorization: 'ApiKey my-key' }],
    ['Dash0', 'logs', { authorization: 'Bearer my-token', 'dash0-dataset': 'my-dataset' }],
  ] as const)('%s gets the headers that it asks for, with %s', (name, signal, headers) => {
    const backend = backends().find((one) => one.name === name)
    if (!backend) throw new Error(`Cannot find ${name}`)
    expect(destinations(backend).of(signal)?.headers).toEqual(headers)
  })
})
