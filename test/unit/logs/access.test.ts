import { describe, expect, it } from 'vitest'
import { type AccessInput, accessRecord, keepsAccess } from '../../../src/logs/access.ts'
import { describeError } from '../../../src/logs/error.ts'
import { documentedLines, outputsOf, REQUEST_ID, SPAN_ID, TIME_MS, TRACE_ID } from './outputs.ts'

const input = (more: Partial<AccessInput> = {}): AccessInput => ({
  timeMs: TIME_MS,
  scope: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3, requestId: REQUEST_ID },
  method: 'GET',
  route: '/orders/:id',
  path: '/orders/17',
  status: 200,
  durationMs: 12.3456789,
  outcome: 'ok',
  ...more,
})

describe('the access line', () => {
  it('is exactly as the documentation prints it', () => {
    const { line } = outputsOf()(
      accessRecord(
        input({ responseBytes: 512, fields: { 'order.id': 'A-17', 'user.tier': 'gold' } }),
      ),
    )
    expect(line).toBe(documentedLines()[1])
  })

  it.each([
    [200, 'info'],
    [101, 'info'],
    [304, 'info'],
    [399, 'info'],
    [400, 'warn'],
    [404, 'warn'],
    [499, 'warn'],
    [500, 'error'],
    [599, 'error'],
  ])('of a %d has level %s', (status, severityText) => {
    expect(accessRecord(input({ status }))).toMatchObject({ severityText })
  })

  it('has no route when none answered', () => {
    const record = accessRecord(input({ route: undefined, status: 404 }))
    expect(record.body).toBe('GET 404')
    expect(outputsOf()(record).line).not.toContain('http.route')
  })

  it('marks slow requests, and says against what', () => {
    const at = (durationMs: number) =>
      outputsOf()(accessRecord(input({ durationMs, slowThresholdMs: 300 }))).line
    expect(at(300)).toContain('"slow":true,"threshold_ms":300')
    expect(at(299.9)).not.toContain('slow')
    expect(accessRecord(input({ durationMs: 1e6 })).attributes).toMatchObject({ slow: undefined })
  })

  it('has the fields of the error', () => {
    const error = describeError(new TypeError('boom'))
    expect(accessRecord(input({ status: 500, error })).attributes).toMatchObject({
      'exception.type': 'TypeError',
      'error.id': expect.any(String),
      'error.kind': 'unexpected',
    })
  })

  it('does not let fields of the application replace its own', () => {
    const { attributes } = accessRecord(
      input({
        fields: { 'http.response.status_code': 1, own: 2 },
        scope: { fields: { outcome: 'x', own: 1, job: 3 } },
      }),
    )
    expect(attributes).toMatchObject({
      'http.response.status_code': 200,
      outcome: 'ok',
      own: 2,
      job: 3,
    })
  })
})

describe('sampling of access lines', () => {
  it('keeps errors, client errors and slow requests at any ratio', () => {
    expect(keepsAccess(input(), 0)).toBe(false)
    expect(keepsAccess(input({ status: 500 }), 0)).toBe(true)
    expect(keepsAccess(input({ status: 404 }), 0)).toBe(true)
    expect(keepsAccess(input({ error: {} }), 0)).toBe(true)
    expect(keepsAccess(input({ durationMs: 300, slowThresholdMs: 300 }), 0)).toBe(true)
  })

  it('keeps all at ratio 1, and the right share between', () => {
    const traceIds = Array.from({ length: 4000 }, () => crypto.randomUUID().replaceAll('-', ''))
    const share = (ratio: number) =>
      traceIds.filter((traceId) => keepsAccess(input({ scope: { traceId } }), ratio)).length /
      traceIds.length
    expect(share(1)).toBe(1)
    expect(share(0.25)).toBeGreaterThan(0.2)
    expect(share(0.25)).toBeLessThan(0.3)
    const untraced =
      traceIds.filter(() => keepsAccess(input({ scope: {} }), 0.25)).length / traceIds.length
    expect(untraced).toBeGreaterThan(0.2)
    expect(untraced).toBeLessThan(0.3)
  })

  it('decides the same for one trace', () => {
    const traceId = `${'a'.repeat(24)}3fffffff`
    const kept = Array.from({ length: 20 }, () => keepsAccess(input({ scope: { traceId } }), 0.25))
    expect(new Set(kept)).toEqual(new Set([true]))
    expect(keepsAccess(input({ scope: { traceId: `${'a'.repeat(24)}40000000` } }), 0.25)).toBe(
      false,
    )
  })
})
