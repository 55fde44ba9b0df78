import { describe, expect, it } from 'vitest'
import { readSpans, valueText } from '../../../scripts/start/otlp.ts'

const wire = {
  traceId: '5B8AA5A2D2C872E8321CF37308D69DF2',
  spanId: '051581BF3CB55C13',
  parentSpanId: '',
  flags: 0x301,
  name: 'GET /boom',
  kind: 2,
  startTimeUnixNano: '1795000000000000001',
  endTimeUnixNano: '1795000000001000001',
  attributes: [{ key: 'http.response.status_code', value: { intValue: '500' } }],
  events: [
    {
      name: 'exception',
      timeUnixNano: '1795000000000500000',
      attributes: [
        { key: 'exception.type', value: { stringValue: 'Error' } },
        { key: 'exception.message', value: { stringValue: 'on fire' } },
      ],
    },
    { name: 'note' },
  ],
  links: [{ traceId: '5B8AA5A2D2C872E8321CF37308D69DF3', spanId: '051581BF3CB55C15' }],
  status: { code: 2, message: 'failed' },
}
const request = (...spans: unknown[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [{ spans }],
    },
  ],
})

describe('readSpans', () => {
  it('reads a span with all that a waterfall shows', () => {
    expect(readSpans(request(wire))).toEqual([
      {
        traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
        spanId: '051581bf3cb55c13',
        parentSpanId: '',
        remoteParent: true,
        name: 'GET /boom',
        kind: 'server',
        service: 'shop',
        startNano: 1795000000000000001n,
        endNano: 1795000000001000001n,
        failed: true,
        statusMessage: 'failed',
        attributes: new Map([['http.response.status_code', '500']]),
        links: [{ traceId: '5b8aa5a2d2c872e8321cf37308d69df3', spanId: '051581bf3cb55c15' }],
        exceptions: ['Error: on fire'],
      },
    ])
  })

  it('fills in what OTLP leaves out when it is empty', () => {
    const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } = wire
    const [span] = readSpans(request({ traceId, spanId, startTimeUnixNano, endTimeUnixNano }))
    expect(span).toMatchObject({ parentSpanId: '', kind: 'internal', failed: false, name: '' })
    expect(readSpans({})).toEqual([])
    expect(readSpans({ resourceSpans: [{}] })).toEqual([])
  })

  it('knows a local parent from one in another service', () => {
    const [span] = readSpans(request({ ...wire, flags: 0x101, parentSpanId: '051581bf3cb55c14' }))
    expect(span?.remoteParent).toBe(false)
  })

  it('names the field that is wrong', () => {
    expect(() => readSpans(request({ ...wire, traceId: 'short' }))).toThrow(
      /resourceSpans\.0\.scopeSpans\.0\.spans\.0\.traceId/,
    )
    expect(() => readSpans(request({ ...wire, startTimeUnixNano: 1.5 }))).toThrow(
      /startTimeUnixNano/,
    )
    expect(() => readSpans(request({ ...wire, endTimeUnixNano: 'noon' }))).toThrow(
      /endTimeUnixNano/,
    )
    expect(() => readSpans('no object')).toThrow()
  })
})

describe('valueText', () => {
  it.each([
    [{ stringValue: 'a' }, 'a'],
    [{ boolValue: false }, 'false'],
    [{ intValue: '9007199254740993' }, '9007199254740993'],
    [{ doubleValue: 'NaN' }, 'NaN'],
    [{ arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } }, '[1, b]'],
    [{ arrayValue: {} }, '[]'],
    [{ kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } }, '{k: true}'],
    [{}, ''],
    [undefined, ''],
  ])('writes %j as "%s"', (value, text) => {
    expect(valueText(value)).toBe(text)
  })
})
