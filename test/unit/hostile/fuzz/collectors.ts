import fc from 'fast-check'
import { describe } from 'vitest'
import { json } from '../../../../src/export/json/json.ts'
import { post } from '../../../../src/export/otlp/post.ts'
import { parseRetryAfter } from '../../../../src/export/otlp/retry-after.ts'
import { hostileText, nearly } from './arbitraries.ts'
import { check, checkAsync, must } from './check.ts'

describe('what collectors answer', () => {
  const dates = ['Wed, 21 Oct 2026 07:28:00 GMT', '120', '9'.repeat(40), 'Thu', '0', '-5', '1.5']
  check(
    'a Retry-After is a wait of at most ten minutes, or none',
    hostileText(...dates),
    20_000,
    (header) => {
      const ms = parseRetryAfter(header, 1_790_000_000_000)
      must(ms === undefined || (ms >= 0 && ms <= 600_000), String(ms))
    },
  )

  const bodies = fc.oneof(
    hostileText(
      '{"partialSuccess":',
      '{',
      '}',
      '"rejectedSpans":',
      '"5"',
      '9',
      ':"',
      '[',
      ']',
      'null',
    ),
    fc.jsonValue().map((value) => JSON.stringify({ partialSuccess: value })),
    fc
      .record({ rejectedSpans: fc.jsonValue(), errorMessage: fc.jsonValue() })
      .map((partialSuccess) => JSON.stringify({ partialSuccess })),
    nearly('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}'),
  )
  const destination = {
    url: 'http://c/',
    headers: {},
    timeoutMs: 1000,
    compression: 'none',
    encoding: json,
  }
  checkAsync(
    'any answer is an outcome that can be counted',
    fc.tuple(
      bodies,
      fc.constantFrom(200, 202, 400, 401, 413, 429, 500, 502, 503, 504),
      hostileText(...dates),
    ),
    10_000,
    async ([body, status, retryAfter]) => {
      const header = retryAfter.replace(/[^\t -~]/g, '?')
      const outcome = await post(
        destination as never,
        { body: '{}', contentType: json.contentType },
        async () => new Response(body, { status, headers: { 'Retry-After': header } }),
      )
      if (outcome.kind === 'accepted') {
        must(
          status < 300 && outcome.rejected >= 0 && !(outcome.rejected % 1),
          `rejected ${outcome.rejected}`,
        )
        must((outcome.message?.length ?? 0) <= 500, 'a long message')
      } else {
        must(/^[a-z]+(_\d{3})?$/.test(outcome.reason) && status >= 300, outcome.reason)
      }
    },
  )
})
