import { type Case, type Exchange, state, TRACE_ID } from '../../support/trace-context-cases.ts'

const FOO = { has: { foo: '1' } }
const THREE = { has: { foo: '1', bar: '2', baz: '3' } }

const key = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/'
const value = characters(0x20, 0x2b) + characters(0x2d, 0x3c) + characters(0x3e, 0x7e)

/** The official harness's tests of `tracestate` at its strictest, by their names there. */
export const tracestateCases: Case[] = [
  {
    name: 'test_tracestate_included_traceparent_missing',
    exchanges: ['foo=1', 'foo=1,bar=2'].map((sent) => ({
      headers: [['tracestate', sent]],
      expect: { lacks: ['foo', 'bar'] },
    })),
  },
  {
    name: 'test_tracestate_included_traceparent_included',
    exchanges: [state(['foo=1,bar=2'], { has: { foo: '1', bar: '2' } })],
  },
  {
    name: 'test_tracestate_header_name',
    exchanges: ['trace-state', 'trace.state'].map((name) => renamed(name, { lacks: ['foo'] })),
  },
  {
    name: 'test_tracestate_header_name_valid_casing',
    exchanges: ['TraceState', 'TrAcEsTaTe', 'TRACESTATE'].map((name) => renamed(name, FOO)),
  },
  {
    name: 'test_tracestate_empty_header',
    exchanges: [state([''], {}), state(['foo=1', ''], FOO), state(['', 'foo=1'], FOO)],
  },
  {
    name: 'test_tracestate_multiple_headers_different_keys',
    exchanges: [
      state(['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'], {
        has: { foo: '1', bar: '2', rojo: '1', congo: '2', baz: '3' },
        order: ['foo', 'bar', 'rojo', 'congo', 'baz'],
      }),
    ],
  },
  {
    // The harness takes either value; the leftmost is the most recent, so that is the one to keep.
    name: 'test_tracestate_duplicated_keys',
    exchanges: [['foo=1,foo=1'], ['foo=1,foo=2'], ['foo=1', 'foo=1'], ['foo=1', 'foo=2']].map(
      (values) => state(values, FOO),
    ),
  },
  {
    name: 'test_tracestate_all_allowed_characters',
    exchanges: [key, `${key}@a-z0-9_-*/`].map((name) =>
      state([`${name}=${value}`], { has: { [name]: value } }),
    ),
  },
  {
    name: 'test_tracestate_ows_handling',
    exchanges: [
      state(['foo=1 \t , \t bar=2, \t baz=3'], THREE),
      state(['foo=1\t \t,\t \tbar=2,\t \tbaz=3'], THREE),
      ...[' foo=1', '\tfoo=1', 'foo=1 ', 'foo=1\t', '\t foo=1 \t'].map((sent) =>
        state([sent], FOO),
      ),
    ],
  },
  {
    name: 'test_tracestate_key_illegal_characters',
    exchanges: [
      state(['foo =1'], { lacks: ['foo', 'foo '] }),
      state(['FOO=1'], { lacks: ['FOO', 'foo'] }),
      state(['foo.bar=1'], { lacks: ['foo.bar'] }),
    ],
  },
  {
    // Level 2 allows @ everywhere but at the start, and so has the harness since June 2026.
    name: 'test_tracestate_key_illegal_vendor_format',
    exchanges: [
      ...['foo@', 'foo@@bar', 'foo@bar@baz'].map((name) =>
        state([`${name}=1,bar=2`], { has: { [name]: '1', bar: '2' } }),
      ),
      state(['@foo=1,bar=2'], { lacks: ['@foo', 'bar'] }),
    ],
  },
  {
    name: 'test_tracestate_member_count_limit',
    exchanges: [
      state(numbered(32), { has: { bar01: '01', bar32: '32' }, members: 32 }),
      state(numbered(33), { lacks: ['bar01', 'bar33'] }),
    ],
  },
  {
    name: 'test_tracestate_key_length_limit',
    exchanges: [
      'z'.repeat(256),
      `${'t'.repeat(241)}@${'v'.repeat(14)}`,
      `${'t'.repeat(242)}@v`,
      `t@${'v'.repeat(15)}`,
    ]
      .map((name) => state(['foo=1', `${name}=1`], { has: { foo: '1', [name]: '1' } }))
      .concat(
        ['z'.repeat(257), `${'t'.repeat(242)}@${'v'.repeat(14)}`].map((name) =>
          state(['foo=1', `${name}=1`], { lacks: ['foo'] }),
        ),
      ),
  },
  {
    name: 'test_tracestate_value_illegal_characters',
    exchanges: [
      state(['foo=bar=baz'], { lacks: ['foo'] }),
      state(['foo=,bar=3'], { lacks: ['foo', 'bar'] }),
    ],
  },
]

function renamed(name: string, expect: Exchange['expect']): Exchange {
  const { headers } = state([], {})
  return { headers: [...headers, [name, 'foo=1']], expect: { continues: TRACE_ID, ...expect } }
}

function characters(first: number, last: number): string {
  return String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i))
}

/** So many members, ten to a header. */
function numbered(count: number): string[] {
  const members = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(2, '0')
    return `bar${number}=${number}`
  })
  return [0, 10, 20, 30].map((start) => members.slice(start, start + 10).join())
}
