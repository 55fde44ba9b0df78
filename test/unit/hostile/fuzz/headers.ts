import { type Context, propagation, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe } from 'vitest'
import { formatBaggage, parseBaggage } from '../../../../src/context/baggage.ts'
import { ROOT } from '../../../../src/context/context.ts'
import { extractHeaders } from '../../../../src/context/headers.ts'
import { W3CPropagator } from '../../../../src/context/propagator.ts'
import { formatTraceparent, parseTraceparent } from '../../../../src/context/traceparent.ts'
import { createTraceState } from '../../../../src/context/tracestate.ts'
import { prefersText } from '../../../../src/health/accept.ts'
import { bearerMatches } from '../../../../src/http/bearer.ts'
import { requestIdFrom } from '../../../../src/http/request-id.ts'
import { acceptsGzip, negotiate } from '../../../../src/prometheus/negotiate.ts'
import { createSampler } from '../../../../src/traces/sampler.ts'
import { injectHeaders } from '../../../support/inject-headers.ts'
import { hostileText, nearly } from './arbitraries.ts'
import { check, checkAsync, must } from './check.ts'
import { baggages, HEADER_VALUE, TRACE_ID, traceparents, tracestates } from './trace-headers.ts'

describe('what arrives in headers', () => {
  check(
    'a traceparent is refused, or is one that is written the same way',
    traceparents,
    30_000,
    (header) => {
      const span = parseTraceparent(header)
      if (span) {
        const written = formatTraceparent(span)
        must(written?.length === 55, 'cannot be written')
        const again = parseTraceparent(written ?? '')
        must(
          again?.traceId === span.traceId &&
            again.spanId === span.spanId &&
            again.traceFlags === span.traceFlags,
          'is read differently',
        )
        must(header.includes(span.traceId) && header.length <= 512, 'was made up')
      }
    },
  )

  check(
    'a tracestate is dropped, or is a legal list of at most 32',
    tracestates,
    20_000,
    (header) => {
      const text = createTraceState(header).serialize()
      must(text.length <= Math.min(header.length, 8192), 'has grown')
      must(createTraceState(text).serialize() === text, 'changes when read again')
      const members = text === '' ? [] : text.split(',')
      must(members.length <= 32, 'has too many members')
      for (const member of members) {
        must(
          /^[a-z\d][a-z\d_\-*/@]{0,255}=[ -+\--<>-~]{1,256}$/.test(member),
          'has an illegal member',
        )
      }
      must(
        new Set(members.map((member) => member.split('=')[0])).size === members.length,
        'repeats',
      )
    },
  )

  check(
    'a baggage survives being written and read, within 64 entries',
    baggages,
    20_000,
    (header) => {
      const baggage = parseBaggage(header)
      if (!baggage) {
        return
      }
      must(baggage.getAllEntries().length <= 64, 'has too many entries')
      const written = formatBaggage(baggage)
      must(written.length <= 8192 && HEADER_VALUE.test(written), 'is no header')
      const again = written === '' ? undefined : parseBaggage(written)
      // Decoded octets may be longer than they came, and then do not fit any more.
      for (const [key, { value }] of again?.getAllEntries() ?? []) {
        must(baggage.getEntry(key)?.value.toWellFormed() === value, 'has another value')
      }
      must(formatBaggage(again ?? propagation.createBaggage()) === written, 'is not stable')
    },
  )

  const propagator = new W3CPropagator(['tracecontext', 'baggage'])
  // What `Headers` lets in; the rest never gets as far as us.
  const value = (texts: fc.Arbitrary<string>) =>
    texts.map((text) => text.replace(/[^\t -~\u0080-\u00ff]/g, '?'))
  check(
    'any three headers give headers that can be sent on',
    fc.tuple(value(traceparents), value(tracestates), value(baggages)),
    10_000,
    ([traceparent, tracestate, baggage]) => {
      const context = extractHeaders(
        propagator,
        new Headers({ traceparent, tracestate, baggage }),
        ROOT,
      )
      const outgoing = new Headers()
      injectHeaders(propagator, context, outgoing, true)
      const sent = outgoing.get('traceparent')
      must(sent === null || parseTraceparent(sent) !== undefined, 'sends a wrong traceparent')
      must(sent !== null || !outgoing.has('tracestate'), 'sends a tracestate alone')
    },
  )

  const ratio = createSampler({ sampler: 'traceidratio', ratio: 0.5 } as never)
  check(
    'a sampler decides, and leaves a legal tracestate, whatever stands in the old one',
    tracestates,
    10_000,
    (header) => {
      const parent: Context = trace.setSpanContext(ROOT, {
        traceId: TRACE_ID,
        spanId: 'b7ad6b7169203331',
        traceFlags: 3,
        traceState: createTraceState(`ot=${header.replaceAll(',', ';')}`),
      })
      const { decision, traceState } = ratio.shouldSample(parent, TRACE_ID, '', 1, {}, [])
      must(decision === 0 || decision === 2, 'does not decide')
      const text = traceState?.serialize() ?? ''
      must(createTraceState(text).serialize() === text, 'leaves an illegal tracestate')
    },
  )

  check('a request id is safe', hostileText('abc', '-', '_', 'a'.repeat(250)), 20_000, (header) => {
    const id = requestIdFrom(header)
    must(/^[\w=-]{1,255}$/.test(id), 'is not safe')
    must(id === header || id.length === 36, 'was changed')
  })

  const accepts = fc.oneof(
    hostileText('text/plain', 'application/json', '*/*', ';q=0.5', ';version=1.0.0', ',', 'gzip'),
    nearly('application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.2'),
  )
  const types =
    /^(text\/plain|application\/(openmetrics-text|json))(; version=[\d.]{5})?; charset=utf-8$/
  check(
    'an Accept header of /metrics gives one of the known formats',
    accepts,
    15_000,
    (header) => {
      const { contentType, format } = negotiate(header)
      must(types.test(contentType) && ['openmetrics', 'text', 'json'].includes(format), contentType)
      must(typeof acceptsGzip(header) === 'boolean', 'gzip')
    },
  )

  check('an Accept header of a probe gives text or not', accepts, 15_000, (header) => {
    must(typeof prefersText(header) === 'boolean', 'neither')
  })

  checkAsync(
    'an Authorization header opens nothing but with the very token',
    fc.oneof(
      nearly('Bearer s3cret-token'),
      hostileText('Bearer ', 'bearer', 's3cret-token', 'Basic '),
    ),
    5000,
    async (header) => {
      const isRight = /^bearer\s+s3cret-token\s*$/i.test(header)
      must(!(await bearerMatches(header, 's3cret-token')) || isRight, 'opened')
      must(!(await bearerMatches(header, '')), 'opened by nothing')
    },
  )
})
