import {
  accepted,
  type Case,
  named,
  PARENT_ID,
  refused,
  SAMPLED,
  TRACE_ID,
} from '../../support/trace-context-cases.ts'

const OTHER_TRACE_ID = '12345678901234567890123456789011'

/** The official harness's tests of `traceparent`, by their names there. */
export const traceparentCases: Case[] = [
  {
    name: 'test_both_traceparent_and_tracestate_missing',
    exchanges: [{ headers: [], expect: {} }],
  },
  { name: 'test_traceparent_included_tracestate_missing', exchanges: [accepted(SAMPLED)] },
  {
    name: 'test_traceparent_duplicated',
    exchanges: [
      {
        headers: [
          ['traceparent', `00-${OTHER_TRACE_ID}-${PARENT_ID}-01`],
          ['traceparent', SAMPLED],
        ],
        expect: { restarts: [TRACE_ID, OTHER_TRACE_ID] },
      },
    ],
  },
  {
    name: 'test_traceparent_header_name',
    exchanges: ['trace-parent', 'trace.parent'].map((name) =>
      named(name, { restarts: [TRACE_ID] }),
    ),
  },
  {
    name: 'test_traceparent_header_name_valid_casing',
    exchanges: ['TraceParent', 'TrAcEpArEnT', 'TRACEPARENT'].map((name) =>
      named(name, { continues: TRACE_ID }),
    ),
  },
  {
    name: 'test_traceparent_version_0x00',
    exchanges: [refused(`${SAMPLED}.`), refused(`${SAMPLED}-what-the-future-will-be-like`)],
  },
  {
    name: 'test_traceparent_version_0xcc',
    exchanges: [
      accepted(`cc-${TRACE_ID}-${PARENT_ID}-01`),
      accepted(`cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-will-be-like`),
      refused(`cc-${TRACE_ID}-${PARENT_ID}-01.what-the-future-will-be-like`),
    ],
  },
  { name: 'test_traceparent_version_0xff', exchanges: [refused(`ff-${TRACE_ID}-${PARENT_ID}-01`)] },
  {
    name: 'test_traceparent_version_illegal_characters',
    exchanges: ['.0', '0.'].map((version) => refused(`${version}-${TRACE_ID}-${PARENT_ID}-01`)),
  },
  {
    name: 'test_traceparent_version_too_long',
    exchanges: ['000', '0000'].map((version) => refused(`${version}-${TRACE_ID}-${PARENT_ID}-01`)),
  },
  {
    name: 'test_traceparent_version_too_short',
    exchanges: [refused(`0-${TRACE_ID}-${PARENT_ID}-01`)],
  },
  {
    name: 'test_traceparent_trace_id_all_zero',
    exchanges: [refused(`00-${'0'.repeat(32)}-${PARENT_ID}-01`)],
  },
  {
    name: 'test_traceparent_trace_id_illegal_characters',
    exchanges: [`.${TRACE_ID.slice(1)}`, `${TRACE_ID.slice(0, -1)}.`].map((id) =>
      refused(`00-${id}-${PARENT_ID}-01`),
    ),
  },
  {
    name: 'test_traceparent_trace_id_too_long',
    exchanges: [refused(`00-${TRACE_ID}3-${PARENT_ID}-01`, `${TRACE_ID.slice(1)}3`)],
  },
  {
    name: 'test_traceparent_trace_id_too_short',
    exchanges: [refused(`00-${TRACE_ID.slice(0, -1)}-${PARENT_ID}-01`)],
  },
  {
    name: 'test_traceparent_parent_id_all_zero',
    exchanges: [refused(`00-${TRACE_ID}-${'0'.repeat(16)}-01`)],
  },
  {
    name: 'test_traceparent_parent_id_illegal_characters',
    exchanges: [`.${PARENT_ID.slice(1)}`, `${PARENT_ID.slice(0, -1)}.`].map((id) =>
      refused(`00-${TRACE_ID}-${id}-01`),
    ),
  },
  {
    name: 'test_traceparent_parent_id_too_long',
    exchanges: [refused(`00-${TRACE_ID}-${PARENT_ID}7-01`)],
  },
  {
    name: 'test_traceparent_parent_id_too_short',
    exchanges: [refused(`00-${TRACE_ID}-${PARENT_ID.slice(0, -1)}-01`)],
  },
  {
    name: 'test_traceparent_trace_flags_illegal_characters',
    exchanges: ['.0', '0.'].map((flags) => refused(`00-${TRACE_ID}-${PARENT_ID}-${flags}`)),
  },
  {
    name: 'test_traceparent_trace_flags_too_long',
    exchanges: [refused(`00-${TRACE_ID}-${PARENT_ID}-001`)],
  },
  {
    name: 'test_traceparent_trace_flags_too_short',
    exchanges: [refused(`00-${TRACE_ID}-${PARENT_ID}-1`)],
  },
  {
    name: 'test_traceparent_ows_handling',
    exchanges: [
      ` ${SAMPLED}`,
      `\t${SAMPLED}`,
      `${SAMPLED} `,
      `${SAMPLED}\t`,
      `\t ${SAMPLED} \t`,
    ].map((value) => accepted(value)),
  },
]
