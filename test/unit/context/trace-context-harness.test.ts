import { trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'
import { extractHeaders } from '../../../src/context/headers.ts'
import { W3CPropagator } from '../../../src/context/propagator.ts'
import { injectHeaders } from '../../support/inject-headers.ts'

const W3C = new W3CPropagator(['tracecontext', 'baggage'])

// One row for each request that the W3C trace-context validation service makes (41 tests, level 2),
// without the HTTP around it. `Headers` does what a server does: case, whitespace, joining.

const TRACE = '12345678901234567890123456789012'
const PARENT = '1234567890123456'
const FRESH_TRACE = 'f'.repeat(32)
const CHILD = 'e'.repeat(16)
const SAMPLED = `00-${TRACE}-${PARENT}-01`
const UNSAMPLED = `00-${TRACE}-${PARENT}-00`

/** What a service sends on from one span of its own. */
function service(received: [name: string, value: string][]): Record<string, string> {
  const headers = new Headers()
  for (const [name, value] of received) headers.append(name, value)
  const ctx = extractHeaders(W3C, headers, ROOT)
  const parent = trace.getSpanContext(ctx)
  const child = parent
    ? { ...parent, spanId: CHILD, isRemote: false }
    : { traceId: FRESH_TRACE, spanId: CHILD, traceFlags: 3 }
  const sent = new Headers()
  injectHeaders(W3C, trace.setSpanContext(ctx, child), sent, false)
  return Object.fromEntries(sent)
}

const RESTARTED = { traceparent: `00-${FRESH_TRACE}-${CHILD}-03` }
const CONTINUED = { traceparent: `00-${TRACE}-${CHILD}-01` }

describe('a received traceparent', () => {
  it.each<[string, [string, string][]]>([
    ['included', [['traceparent', SAMPLED]]],
    ['header_name_valid_casing 1', [['TraceParent', SAMPLED]]],
    ['header_name_valid_casing 2', [['TrAcEpArEnT', SAMPLED]]],
    ['header_name_valid_casing 3', [['TRACEPARENT', SAMPLED]]],
    ['version_0xcc', [['traceparent', `cc-${TRACE}-${PARENT}-01`]]],
    [
      'version_0xcc more',
      [['traceparent', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`]],
    ],
    ['ows_handling 1', [['traceparent', ` ${SAMPLED}`]]],
    ['ows_handling 2', [['traceparent', `\t${SAMPLED}`]]],
    ['ows_handling 3', [['traceparent', `${SAMPLED} `]]],
    ['ows_handling 4', [['traceparent', `${SAMPLED}\t`]]],
    ['ows_handling 5', [['traceparent', `\t ${SAMPLED} \t`]]],
  ])('is continued: %s', (_, received) => {
    expect(service(received)).toEqual(CONTINUED)
  })

  it.each<[string, [string, string][]]>([
    ['both missing', []],
    [
      'duplicated',
      [
        ['traceparent', `00-12345678901234567890123456789011-${PARENT}-01`],
        ['traceparent', SAMPLED],
      ],
    ],
    ['header_name 1', [['trace-parent', SAMPLED]]],
    ['header_name 2', [['trace.parent', SAMPLED]]],
    ['version_0x00 1', [['traceparent', `${SAMPLED}.`]]],
    ['version_0x00 2', [['traceparent', `${SAMPLED}-what-the-future-will-be-like`]]],
    ['version_0xcc', [['traceparent', `cc-${TRACE}-${PARENT}-01.what-the-future-will-be-like`]]],
    ['version_0xff', [['traceparent', `ff-${TRACE}-${PARENT}-01`]]],
    ['version_illegal_characters 1', [['traceparent', `.0-${TRACE}-${PARENT}-01`]]],
    ['version_illegal_characters 2', [['traceparent', `0.-${TRACE}-${PARENT}-01`]]],
    ['version_too_long 1', [['traceparent', `0${SAMPLED}`]]],
    ['version_too_long 2', [['traceparent', `00${SAMPLED}`]]],
    ['version_too_short', [['traceparent', SAMPLED.slice(1)]]],
    ['trace_id_all_zero', [['traceparent', `00-${'0'.repeat(32)}-${PARENT}-01`]]],
    ['trace_id_illegal 1', [['traceparent', `00-.${TRACE.slice(1)}-${PARENT}-01`]]],
    ['trace_id_illegal 2', [['traceparent', `00-${TRACE.slice(0, -1)}.-${PARENT}-01`]]],
    ['trace_id_too_long', [['traceparent', `00-${TRACE}3-${PARENT}-01`]]],
    ['trace_id_too_short', [['traceparent', `00-${TRACE.slice(0, -1)}-${PARENT}-01`]]],
    ['parent_id_all_zero', [['traceparent', `00-${TRACE}-${'0'.repeat(16)}-01`]]],
    ['parent_id_illegal 1', [['traceparent', `00-${TRACE}-.${PARENT.slice(1)}-01`]]],
    ['parent_id_illegal 2', [['traceparent', `00-${TRACE}-${PARENT.slice(0, -1)}.-01`]]],
    ['parent_id_too_long', [['traceparent', `00-${TRACE}-${PARENT}7-01`]]],
    ['parent_id_too_short', [['traceparent', `00-${TRACE}-${PARENT.slice(0, -1)}-01`]]],
    ['trace_flags_illegal 1', [['traceparent', `00-${TRACE}-${PARENT}-.0`]]],
    ['trace_flags_illegal 2', [['traceparent', `00-${TRACE}-${PARENT}-0.`]]],
    ['trace_flags_too_long', [['traceparent', `00-${TRACE}-${PARENT}-001`]]],
    ['trace_flags_too_short', [['traceparent', `00-${TRACE}-${PARENT}-1`]]],
    ['tracestate without it 1', [['tracestate', 'foo=1']]],
    ['tracestate without it 2', [['tracestate', 'foo=1,bar=2']]],
  ])('is replaced by a new trace: %s', (_, received) => {
    expect(service(received)).toEqual(RESTARTED)
  })

  it('keeps its random flag, and gets none it had not', () => {
    expect(service([['traceparent', `00-${TRACE}-${PARENT}-02`]])).toEqual({
      traceparent: `00-${TRACE}-${CHILD}-02`,
    })
    expect(service([['traceparent', SAMPLED]])).toEqual(CONTINUED)
  })

  it('is continued the same way in each of several requests', () => {
    for (let i = 0; i < 3; i++) expect(service([['traceparent', SAMPLED]])).toEqual(CONTINUED)
  })
})

const members = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(2, '0'))
    .map((n) => `bar${n}=${n}`)
    .join(',')
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/'
const VALUE = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i))
  .filter((c) => c !== ',' && c !== '=')
  .join('')

describe('a received tracestate', () => {
  const sentFor = (tracestate: string[], name = 'tracestate') =>
    service([
      ['traceparent', UNSAMPLED],
      ...tracestate.map((value): [string, string] => [name, value]),
    ])
  const continued = { traceparent: `00-${TRACE}-${CHILD}-00` }

  it.each<[string, string[], string]>([
    ['included', ['foo=1,bar=2'], 'foo=1,bar=2'],
    ['empty_header 2', ['foo=1', ''], 'foo=1'],
    ['empty_header 3', ['', 'foo=1'], 'foo=1'],
    [
      'multiple_headers_different_keys',
      ['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'],
      'foo=1,bar=2,rojo=1,congo=2,baz=3',
    ],
    // Kept once: the service accepts that or an unchanged list, not an empty one.
    ['duplicated_keys 1', ['foo=1,foo=1'], 'foo=1'],
    ['duplicated_keys 2', ['foo=1,foo=2'], 'foo=1'],
    ['duplicated_keys 3', ['foo=1', 'foo=1'], 'foo=1'],
    ['duplicated_keys 4', ['foo=1', 'foo=2'], 'foo=1'],
    ['all_allowed_characters 1', [`${KEY}=${VALUE}`], `${KEY}=${VALUE}`],
    ['all_allowed_characters 2', [`${KEY}@a-z0-9_-*/=${VALUE}`], `${KEY}@a-z0-9_-*/=${VALUE}`],
    ['ows_handling 1', ['foo=1 \t , \t bar=2, \t baz=3'], 'foo=1,bar=2,baz=3'],
    ['ows_handling 2', ['foo=1\t \t,\t \tbar=2,\t \tbaz=3'], 'foo=1,bar=2,baz=3'],
    ['ows_handling 3', [' foo=1'], 'foo=1'],
    ['ows_handling 4', ['\tfoo=1'], 'foo=1'],
    ['ows_handling 5', ['foo=1 '], 'foo=1'],
    ['ows_handling 6', ['foo=1\t'], 'foo=1'],
    ['ows_handling 7', ['\t foo=1 \t'], 'foo=1'],
    ['key_vendor_format 1', ['foo@=1,bar=2'], 'foo@=1,bar=2'],
    ['key_vendor_format 2', ['foo@@bar=1,bar=2'], 'foo@@bar=1,bar=2'],
    ['key_vendor_format 3', ['foo@bar@baz=1,bar=2'], 'foo@bar@baz=1,bar=2'],
    [
      'member_count_limit 32',
      [members(1, 10), members(11, 20), members(21, 30), members(31, 32)],
      members(1, 32),
    ],
    ['key_length_limit 256', ['foo=1', `${'z'.repeat(256)}=1`], `foo=1,${'z'.repeat(256)}=1`],
    [
      'key_length_limit tenant',
      ['foo=1', `${'t'.repeat(242)}@v=1`],
      `foo=1,${'t'.repeat(242)}@v=1`,
    ],
    ['key_length_limit vendor', ['foo=1', `t@${'v'.repeat(15)}=1`], `foo=1,t@${'v'.repeat(15)}=1`],
  ])('is inherited: %s', (_, received, tracestate) => {
    expect(sentFor(received)).toEqual({ ...continued, tracestate })
  })

  it.each(['TraceState', 'TrAcEsTaTe', 'TRACESTATE'])('is inherited: named %s', (name) => {
    expect(sentFor(['foo=1'], name)).toEqual({ ...continued, tracestate: 'foo=1' })
  })

  it.each<[string, string[]]>([
    ['empty_header 1', ['']],
    ['key_illegal_characters 1', ['foo =1']],
    ['key_illegal_characters 2', ['FOO=1']],
    ['key_illegal_characters 3', ['foo.bar=1']],
    ['key_illegal_vendor_format', ['@foo=1,bar=2']],
    ['member_count_limit 33', [members(1, 10), members(11, 20), members(21, 30), members(31, 33)]],
    ['key_length_limit 257', ['foo=1', `${'z'.repeat(257)}=1`]],
    ['value_illegal_characters 1', ['foo=bar=baz']],
    ['value_illegal_characters 2', ['foo=,bar=3']],
  ])('is dropped, not the traceparent: %s', (_, received) => {
    expect(sentFor(received)).toEqual(continued)
  })

  it.each(['trace-state', 'trace.state'])('is dropped: named %s', (name) => {
    expect(sentFor(['foo=1'], name)).toEqual(continued)
  })
})
