import { describe, expect, it } from 'vitest'
import { encodeLogs } from '../../../src/export/json/logs.ts'
import { decodeJson } from '../../support/otlp-decoder.ts'
import { outputsOf, RESOURCE, recordOf, SPAN_ID, TIME_MS, TRACE_ID } from './outputs.ts'

const hostile = {
  map: new Map<unknown, unknown>([['a', 1]]),
  list: [1, 'b', [null, { c: true }]],
  big: 2n ** 64n,
  nan: Number.NaN,
  'order.id': 'A-17',
  error: new Error('x', { cause: new Error('y') }),
  '__proto__ ': 1,
  '': 'no key',
}

describe('the record for export', () => {
  it('is plain data, detached from what was logged', () => {
    const user = { name: 'ann', tags: ['a'] }
    const { plain } = outputsOf()(recordOf({ user }, { message: ['m'] }))
    user.name = 'bob'
    user.tags.push('b')
    expect(plain.attributes).toEqual({ user: { name: 'ann', tags: ['a'] } })
    expect(plain.body).toEqual({ message: ['m'] })
    expect(structuredClone(outputsOf()(recordOf(hostile)).plain)).toBeDefined()
  })

  it('says the same as the line', () => {
    const { line, plain } = outputsOf()(
      recordOf({ ...hostile, level: 'x', password: 'p' }, 'Bearer abc123'),
    )
    const { message, ...rest } = JSON.parse(line)
    expect(plain.body).toBe(message)
    expect(rest).toMatchObject(plain.attributes)
    expect(plain.attributes).toMatchObject({ 'field.level': 'x', password: '[REDACTED]' })
  })

  it('comes with an estimate of its size', () => {
    const outputs = outputsOf()
    const small = outputs(recordOf({}))
    const large = outputs(recordOf({ text: 'x'.repeat(20_000) }))
    expect(small.bytes).toBeGreaterThan(small.otlp.length / 2)
    expect(large.bytes).toBeGreaterThan(large.otlp.length)
    expect(large.bytes).toBeLessThan(large.otlp.length * 3)
  })
})

describe('an export request', () => {
  it('is valid OTLP/JSON, with ids, severity, event name and body', () => {
    const { otlp } = outputsOf()(
      recordOf({ 'order.id': 'A-17', items: 3, total: 0.5 }, 'order read', {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: 1,
        requestId: 'r-1',
        eventName: 'app.order',
        loggerVersion: '1.2',
      }),
    )
    expect(decodeJson('logs', otlp)).toMatchObject([
      {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        severityNumber: 9,
        severityText: 'info',
        eventName: 'app.order',
        body: 'order read',
        attributes: { 'order.id': 'A-17', total: 0.5, request_id: 'r-1' },
      },
    ])
    const [scope] = JSON.parse(otlp).resourceLogs[0].scopeLogs
    expect(scope.scope).toEqual({ name: 'app', version: '1.2' })
    expect(scope.logRecords[0]).toMatchObject({
      timeUnixNano: `${TIME_MS}000000`,
      observedTimeUnixNano: `${TIME_MS}000000`,
      flags: 1,
    })
  })

  it('is valid for values that OTLP does not know', () => {
    expect(decodeJson('logs', outputsOf()(recordOf(hostile, { a: null })).otlp)).toHaveLength(1)
  })

  it('leaves ids out when there are none, or only one of them', () => {
    const [record] = JSON.parse(outputsOf()(recordOf({}, 'x', { traceId: TRACE_ID })).otlp)
      .resourceLogs[0].scopeLogs[0].logRecords
    expect(record).not.toHaveProperty('traceId')
    expect(record).not.toHaveProperty('flags')
  })

  it('groups records by logger', () => {
    const records = ['a', 'b', 'a', 'c', 'b'].map((loggerName, i) =>
      recordOf({ i }, 'x', { loggerName }),
    )
    const { scopeLogs } = JSON.parse(encodeLogs(RESOURCE, records)).resourceLogs[0]
    expect(
      scopeLogs.map((each: { scope: { name: string }; logRecords: unknown[] }) => [
        each.scope.name,
        each.logRecords.length,
      ]),
    ).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ])
    expect(decodeJson('logs', encodeLogs(RESOURCE, records))).toHaveLength(5)
  })
})
