import {
  accepted,
  type Case,
  PARENT_ID,
  refused,
  state,
  TRACE_ID,
} from '../../support/trace-context-cases.ts'

const HEX_ID = '4bf92f3577b34da6a3ce929d0e0e4736'

/** The last of the official tests: several callbacks, and those of Level 2. */
export const advancedCases: Case[] = [
  {
    name: 'test_multiple_requests_with_valid_traceparent',
    exchanges: [{ ...accepted(`00-${TRACE_ID}-${PARENT_ID}-01`), count: 3 }],
  },
  {
    name: 'test_multiple_requests_without_traceparent',
    exchanges: [{ headers: [], count: 3, expect: {} }],
  },
  {
    name: 'test_multiple_requests_with_illegal_traceparent',
    exchanges: [{ ...refused(`00-${'0'.repeat(32)}-${PARENT_ID}-01`), count: 3 }],
  },
  {
    name: 'test_propagates_random_flag',
    exchanges: [accepted(`00-${TRACE_ID}-${PARENT_ID}-02`, { flagsSet: 0x02 })],
  },
]

/** What Trace Context Level 2 says and the official harness does not ask. */
export const specificationCases: Case[] = [
  {
    name: 'upper-case hexadecimal is refused (§3.2.2)',
    exchanges: [refused(`00-${HEX_ID.toUpperCase()}-${PARENT_ID}-01`, HEX_ID)],
  },
  {
    name: 'a higher version is held to the ids of version 00 (§4.3)',
    exchanges: [
      refused(`cc-${TRACE_ID}-${'0'.repeat(16)}-01`),
      refused(`cc-${TRACE_ID}-${PARENT_ID}-1-`),
      refused(`cc-${TRACE_ID}-${PARENT_ID}`),
    ],
  },
  {
    name: 'flags unknown to Level 2 are set to zero (§3.2.2.5)',
    exchanges: [
      accepted(`00-${TRACE_ID}-${PARENT_ID}-ff`, { flagsSet: 0x03, flagsClear: 0xfc }),
      accepted(`cc-${TRACE_ID}-${PARENT_ID}-ff`, { flagsSet: 0x01, flagsClear: 0xfc }),
      accepted(`00-${TRACE_ID}-${PARENT_ID}-00`, { flagsClear: 0xff }),
    ],
  },
  {
    name: 'a key may begin with a digit (§3.3.1.3.1)',
    exchanges: [state(['0a=1'], { has: { '0a': '1' } })],
  },
  {
    name: 'spaces at the start of a value belong to it (§3.3.1.3.2)',
    exchanges: [state(['foo=  1 ,bar=2'], { has: { foo: '  1', bar: '2' } })],
  },
  {
    name: 'a value has at most 256 characters, and no control characters (§3.3.1.3.2)',
    exchanges: [
      state([`foo=${'v'.repeat(256)}`], { has: { foo: 'v'.repeat(256) } }),
      state([`foo=${'v'.repeat(257)}`], { lacks: ['foo'] }),
      state(['foo=a\tb'], { lacks: ['foo'] }),
    ],
  },
  {
    name: 'empty members are allowed (§3.3.1.1)',
    exchanges: [state(['foo=1,, \t,bar=2,'], { has: { foo: '1', bar: '2' }, members: 2 })],
  },
  {
    name: 'a new trace is marked random (§3.2.2.5.2)',
    exchanges: [{ headers: [], expect: { flagsSet: 0x02, flagsClear: 0xfc } }],
  },
]
