import { describe, expect, it } from 'vitest'
import { encodeLogs } from '../../../src/export/json/logs.ts'
import { encodeLogs as encodeProtobuf } from '../../../src/export/protobuf/logs.ts'
import { createLoggerProvider } from '../../../src/logs/otel-logger-provider.ts'
import type { LogRecord } from '../../../src/logs/record.ts'
import { decodeJson, decodeProtobuf } from '../../support/otlp-decoder.ts'
import { outputsOf, RESOURCE } from './outputs.ts'
import { createTestCore } from './test-core.ts'

type Emitted = Parameters<ReturnType<ReturnType<typeof createLoggerProvider>['getLogger']>['emit']>

/** What a receiver gets of a bridged record, after redaction, in one encoding or the other. */
const receive = (
  encoding: 'json' | 'protobuf',
  record: Emitted[0],
  options?: unknown,
  configure = {},
) => {
  const core = createTestCore()
  const outputs = outputsOf(configure)
  const plain: LogRecord[] = []
  createLoggerProvider({ ...core, write: (one) => void plain.push(outputs(one).plain) })
    .getLogger('bridge', '2', options)
    .emit(record)
  const text =
    encoding === 'json'
      ? decodeJson('logs', encodeLogs(RESOURCE, plain))
      : decodeProtobuf('logs', encodeProtobuf({}, plain))
  return text[0] as (typeof text)[number]
}

describe.each(['json', 'protobuf'] as const)('a bridged record as %s', (encoding) => {
  it('keeps the time it was observed at beside its own', () => {
    const record = { timestamp: 1_763_713_815_042, observedTimestamp: 1_763_713_900_000 }
    expect(receive(encoding, record)).toMatchObject({
      timeUnixNano: 1_763_713_815_042_000_000n,
      observedTimeUnixNano: 1_763_713_900_000_000_000n,
    })
  })

  it('was observed now when it does not say when', () => {
    const { timeUnixNano, observedTimeUnixNano } = receive(encoding, { timestamp: new Date(7e11) })
    expect(timeUnixNano).toBe(700_000_000_000_000_000n)
    expect(observedTimeUnixNano).toBeGreaterThan(timeUnixNano)
  })

  it.each([
    [{}, 0, ''],
    [{ severityText: 'notice' }, 0, 'notice'],
    [{ severityNumber: 14 }, 14, ''],
    [{ severityNumber: 14, severityText: 'notice' }, 14, 'notice'],
    [{ severityText: 'ERROR' }, 17, 'ERROR'],
  ])('has the severity %j as number %i and text "%s"', (severity, severityNumber, severityText) => {
    expect(receive(encoding, severity)).toMatchObject({ severityNumber, severityText })
  })

  it('keeps bytes, wherever they are', () => {
    const bytes = Uint8Array.of(0, 255, 7)
    const list = [1, { inner: bytes }]
    expect(receive(encoding, { body: bytes, attributes: { bytes, list } })).toMatchObject({
      body: bytes,
      attributes: { bytes, list },
    })
    expect(
      receive(encoding, { body: { bytes }, attributes: { none: new Uint8Array() } }),
    ).toMatchObject({ body: { bytes }, attributes: { none: new Uint8Array() } })
  })

  it('shows no bytes under a secret name, nor more than fit', () => {
    const attributes = { password: Uint8Array.of(1, 2), many: new Uint8Array(20_000) }
    const received = receive(encoding, { attributes }, {}, { maxLineBytes: 4000 }).attributes
    expect(received.password).toBe('[REDACTED]')
    expect(String(received.many).length).toBeLessThan(4000)
  })

  it('keeps the schema URL and the attributes of its logger', () => {
    const options = { schemaUrl: 'https://schema.example', scopeAttributes: { team: 'a' } }
    expect(receive(encoding, { body: 'x' }, options).scope).toEqual({
      name: 'bridge',
      version: '2',
      schemaUrl: 'https://schema.example',
      attributes: { team: 'a' },
    })
  })

  it('keeps an attribute whose key is empty', () => {
    expect(receive(encoding, { attributes: { '': 1, a: 2 } }).attributes).toMatchObject({
      '': 1,
      a: 2,
    })
  })

  it('has a value that refers to itself, and is none the worse for it', () => {
    const self: Record<string, unknown> = { bytes: Uint8Array.of(1) }
    self.self = self
    expect(receive(encoding, { attributes: { self } }).attributes).toHaveProperty('self')
  })
})
