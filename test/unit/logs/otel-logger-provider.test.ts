import { context, logs as logsOfApi, trace } from '@opentelemetry/api'
import { logs, SeverityNumber } from '@opentelemetry/api-logs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  createLoggerProvider,
  registerLoggerProvider,
} from '../../../src/logs/otel-logger-provider.ts'
import { SPAN_ID, TRACE_ID } from './outputs.ts'
import { createTestCore, lastOf } from './test-core.ts'

const API = Symbol.for('opentelemetry.js.api.1')
const globals = globalThis as { [key: symbol]: { logs?: unknown } | undefined }

afterEach(() => {
  delete globals[Symbol.for('io.opentelemetry.js.api.logs')]
  delete globals[API]?.logs
})

const setUp = (levels?: Record<string, string>) => {
  const core = createTestCore(levels)
  // The API package makes its global object when anything is registered.
  context.disable()
  registerLoggerProvider(createLoggerProvider(core))
  return core
}

describe('the global logger provider', () => {
  it('serves @opentelemetry/api-logs', () => {
    const core = setUp()
    logs.getLogger('bridge', '2.0').emit({
      severityNumber: SeverityNumber.WARN2,
      severityText: 'notice',
      body: 'from a bridge',
      attributes: { a: 1 },
      timestamp: new Date(1000),
    })
    expect(lastOf(core)).toMatchObject({
      timeMs: 1000,
      severityNumber: 14,
      severityText: 'notice',
      body: 'from a bridge',
      loggerName: 'bridge',
      loggerVersion: '2.0',
      attributes: { a: 1 },
    })
  })

  it('serves `logs` of @opentelemetry/api', () => {
    globals[API] ??= { version: '1.10.0' } as object
    const core = setUp()
    logsOfApi.getLogger('bridge').emit({ body: 'x', eventName: 'app.event' })
    expect(lastOf(core)).toMatchObject({ body: 'x', eventName: 'app.event', severityNumber: 9 })
  })

  it('does not push out another', () => {
    const theirs: unknown[] = []
    const provider = {
      getLogger: () => ({ emit: (record: unknown) => theirs.push(record), enabled: () => true }),
    }
    logs.setGlobalLoggerProvider(provider)
    const late = setUp()
    logs.getLogger('bridge').emit({ body: 'theirs' })
    expect(late.records).toEqual([])
    expect(theirs).toHaveLength(1)
    logs.disable()
  })
})

describe('records of bridges', () => {
  it('carry the span of their own context before that of the request', () => {
    const core = setUp()
    core.ids = { traceId: 'f'.repeat(32), spanId: 'f'.repeat(16), traceFlags: 0, requestId: 'r-1' }
    const logger = createLoggerProvider(core).getLogger('bridge')
    logger.emit({ body: 'a' })
    expect(lastOf(core)).toMatchObject(core.ids)
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }
    logger.emit({ body: 'b', context: trace.setSpanContext(context.active(), spanContext) })
    expect(lastOf(core)).toMatchObject({ ...spanContext, requestId: 'r-1' })
  })

  it('pass through the levels', () => {
    const core = setUp({ '*': 'warn', 'db.*': 'off' })
    const provider = createLoggerProvider(core)
    const bridge = provider.getLogger('bridge')
    bridge.emit({ severityNumber: 9, body: 'no' })
    bridge.emit({ severityText: 'ERROR', body: 'yes' })
    provider.getLogger('db.x').emit({ severityNumber: 24, body: 'no' })
    expect(core.records.map(({ body }) => body)).toEqual(['yes'])
    expect(bridge.enabled({ severityNumber: 12 })).toBe(false)
    expect(bridge.enabled({ severityNumber: 13 })).toBe(true)
    expect(bridge.enabled()).toBe(false)
  })

  it('describe exceptions', () => {
    const core = setUp()
    createLoggerProvider(core)
      .getLogger('bridge')
      .emit({ exception: new TypeError('boom') })
    expect(lastOf(core)).toMatchObject({
      body: '',
      attributes: { 'exception.type': 'TypeError', 'exception.message': 'boom' },
    })
  })

  it.each([
    [0, 9],
    [25, 9],
    [-1, 9],
    [Number.NaN, 9],
    [Number.POSITIVE_INFINITY, 9],
    [13.7, 13],
  ])('have a severity of the protocol for %d', (severityNumber, expected) => {
    const core = setUp()
    createLoggerProvider(core).getLogger('bridge').emit({ severityNumber })
    expect(lastOf(core).severityNumber).toBe(expected)
  })

  it.each<[unknown, number]>([
    [[5, 500_000_000], 5500],
    [1_763_713_815_042, 1_763_713_815_042],
    [new Date(7), 7],
  ])('take the time %j', (timestamp, timeMs) => {
    const core = setUp()
    createLoggerProvider(core).getLogger('bridge').emit({ timestamp })
    expect(lastOf(core).timeMs).toBe(timeMs)
  })

  it('cannot throw', () => {
    const core = setUp()
    const logger = createLoggerProvider({
      ...core,
      write: () => {
        throw new Error('full')
      },
    }).getLogger('bridge')
    expect(() => logger.emit({ body: 'x' })).not.toThrow()
    expect(() => logger.emit(null as never)).not.toThrow()
  })
})
