import { describe, expect, it } from 'vitest'
import { protobuf } from '../../../../src/entries/protobuf.ts'
import type { OtlpOptions } from '../../../../src/export/otlp/options.ts'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'

/** Encoding and compression of traces, metrics and logs. */
const resolve = (otlp: OtlpOptions, variables: Record<string, string> = {}) => {
  const warnings: string[] = []
  const config = resolveConfig(
    { otlp },
    (name) => variables[name],
    (message) => warnings.push(message),
  )
  const { traces, metrics, logs } = config.otlp[0] ?? expect.fail('otlp is off')
  const signals = [traces, metrics, logs].map((signal) => signal || expect.fail('a signal is off'))
  return {
    protocols: signals.map(({ encoding }) => encoding.name.replace('http/', '')),
    compressions: signals.map(({ compression }) => compression),
    warnings,
  }
}

const BINARY = 'protobuf'

const PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL'

describe('protocol', () => {
  it('is protobuf for all signals when it is handed over, or for those it is handed to', () => {
    expect(resolve({ protocol: protobuf }).protocols).toEqual([BINARY, BINARY, BINARY])
    expect(resolve({ metrics: { protocol: protobuf } }).protocols).toEqual(['json', BINARY, 'json'])
    expect(resolve({ protocol: protobuf, logs: { protocol: 'http/json' } }).protocols).toEqual([
      BINARY,
      BINARY,
      'json',
    ])
  })

  it('is chosen by the environment among what there is', () => {
    const both = (variables: Record<string, string>) => resolve({ protocol: protobuf }, variables)
    expect(both({ [PROTOCOL]: 'http/json' }).protocols).toEqual(['json', 'json', 'json'])
    expect(both({ [PROTOCOL]: 'http/protobuf' }).protocols).toEqual([BINARY, BINARY, BINARY])
    expect(
      both({ [PROTOCOL]: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf' }),
    ).toEqual({
      protocols: ['json', 'json', BINARY],
      compressions: ['none', 'none', 'none'],
      warnings: [],
    })
  })

  it('is not chosen by the environment against `http/json` in code', () => {
    expect(resolve({ protocol: 'http/json' }, { [PROTOCOL]: 'http/protobuf' })).toMatchObject({
      protocols: ['json', 'json', 'json'],
      warnings: [],
    })
  })

  it('is JSON, with one warning, when the environment asks for protobuf that is not there', () => {
    const { protocols, warnings } = resolve({}, { [PROTOCOL]: 'http/protobuf' })
    expect(protocols).toEqual(['json', 'json', 'json'])
    expect(warnings).toEqual([
      'Cannot use environment: `OTEL_EXPORTER_OTLP_PROTOCOL` must be `http/json` unless `otlp.protocol` is `protobuf` from `hono-observability/protobuf` (JSON is used), received "http/protobuf"',
    ])
  })

  it('is what code says, with one warning, when the environment asks for gRPC', () => {
    const { protocols, warnings } = resolve({ protocol: protobuf }, { [PROTOCOL]: 'grpc' })
    expect(protocols).toEqual([BINARY, BINARY, BINARY])
    expect(warnings).toEqual([
      'Cannot use environment: `OTEL_EXPORTER_OTLP_PROTOCOL` must be one of `http/json`, `http/protobuf`, received "grpc"',
    ])
  })
})

describe('compression', () => {
  it('is none unless asked for, in code before the environment, one signal before all', () => {
    const variables = {
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'none',
    }
    expect(resolve({}).compressions).toEqual(['none', 'none', 'none'])
    expect(resolve({}, variables).compressions).toEqual(['gzip', 'none', 'gzip'])
    expect(resolve({ traces: { compression: 'none' } }, variables).compressions).toEqual([
      'none',
      'none',
      'gzip',
    ])
    expect(
      resolve({ compression: 'gzip', logs: { compression: 'none' } }, variables).compressions,
    ).toEqual(['gzip', 'gzip', 'none'])
  })
})
