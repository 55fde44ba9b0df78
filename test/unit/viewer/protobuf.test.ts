import { describe, expect, it } from 'vitest'
import { readProtobuf } from '../../../viewer/otlp/protobuf-request.ts'

/** A field of bytes. */
const bytes = (id: number, ...parts: number[][]): number[] => {
  const content = parts.flat()
  return [id * 8 + 2, content.length, ...content]
}
const text = (id: number, value: string): number[] =>
  bytes(id, [...new TextEncoder().encode(value)])

/** The first point of a request that has one histogram with this point. */
function histogramPoint(...fields: number[][]): unknown {
  const metric = bytes(2, bytes(9, bytes(1, ...fields)))
  const request = readProtobuf('metrics', new Uint8Array(bytes(1, bytes(2, metric)))) as {
    resourceMetrics: { scopeMetrics: { metrics: { histogram: { dataPoints: unknown[] } }[] }[] }[]
  }
  return request.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.histogram.dataPoints[0]
}

/** The value of the only attribute of a resource. */
function attributeValue(...value: number[]): unknown {
  const attribute = bytes(1, text(1, 'k'), bytes(2, value))
  const request = readProtobuf('traces', new Uint8Array(bytes(1, bytes(1, attribute)))) as {
    resourceSpans: { resource: { attributes: { value: unknown }[] } }[]
  }
  return request.resourceSpans[0]?.resource.attributes[0]?.value
}

const one = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
const two = [0, 0, 0, 0, 0, 0, 0, 0x40]

describe('the protobuf reader', () => {
  it('reads repeated numbers, packed or one by one', () => {
    expect(histogramPoint(bytes(7, one, two))).toEqual({ explicitBounds: [1, 2] })
    expect(histogramPoint([0x39, ...one], [0x39, ...two])).toEqual({ explicitBounds: [1, 2] })
    expect(histogramPoint([0x39, ...one], bytes(7, two))).toEqual({ explicitBounds: [1, 2] })
  })

  it('takes the last of a field that comes twice', () => {
    expect(histogramPoint([0x29, ...one], [0x29, ...two])).toEqual({ sum: 2 })
  })

  it.each([
    [[0x18, 7], { intValue: 7 }],
    [[0x18, 0x80, 1], { intValue: 128 }],
    [[0x18, ...new Array(9).fill(0xff), 1], { intValue: -1 }],
    [[0x18, ...new Array(9).fill(0x80), 1], { intValue: '-9223372036854775808' }],
    [[0x18, ...new Array(8).fill(0xff), 0x7f], { intValue: '9223372036854775807' }],
    [[0x10, 1], { boolValue: true }],
    [[0x21, ...one], { doubleValue: 1 }],
    [bytes(7, [0xfb, 0xff]), { bytesValue: '+/8=' }],
    [text(1, 'ü'), { stringValue: 'ü' }],
    [bytes(1, [0xff]), { stringValue: '\ufffd' }],
    [bytes(5), { arrayValue: {} }],
    [[], {}],
  ])('reads the value %j', (encoded, value) => {
    expect(attributeValue(...encoded)).toEqual(value)
  })

  it.each([
    ['a number', [0xf8, 1, 5]],
    ['32 bits', [0xfd, 1, 1, 2, 3, 4]],
    ['64 bits', [0xf9, 1, ...one]],
    ['bytes', [0xfa, 1, 2, 0xff, 0xff]],
    ['a known field of another type', [0x38, 9]],
  ])('skips %s that it does not know', (_, unknown) => {
    expect(histogramPoint(unknown, [0x29, ...one])).toEqual({ sum: 1 })
  })

  it.each([
    ['a length beyond the end', [10, 5, 1]],
    ['a length beyond the message around it', [10, 4, 18, 9, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a cut number', [0x80]],
    ['a number of eleven bytes', [0x08, ...new Array(10).fill(0x80), 1]],
    ['a cut double', bytes(1, bytes(2, bytes(2, bytes(9, bytes(1, [0x29, 0, 0])))))],
    ['a group', [0x0b, 0x0c]],
    ['a length of 2^63', [10, ...new Array(9).fill(0xff), 0x7f]],
  ])('refuses %s', (_, encoded) => {
    expect(() => readProtobuf('metrics', new Uint8Array(encoded))).toThrow(RangeError)
  })
})
