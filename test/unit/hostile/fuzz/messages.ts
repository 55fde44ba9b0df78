import { propagation, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe } from 'vitest'
import { carriedContext, carry, isCarried } from '../../../../src/context/carried.ts'
import { ROOT } from '../../../../src/context/context.ts'
import { W3CPropagator } from '../../../../src/context/propagator.ts'
import { seemsSealed } from '../../../../src/context/sealed.ts'
import { formatTraceparent } from '../../../../src/context/traceparent.ts'
import { hostileValue } from './arbitraries.ts'
import { check, must } from './check.ts'
import { baggages, traceparents, tracestates } from './trace-headers.ts'

describe('what arrives in messages and calls', () => {
  const KEY = 'hono-observability:context'
  propagation.disable()
  propagation.setGlobalPropagator(new W3CPropagator(['tracecontext', 'baggage']))
  const carriers = fc.oneof(
    hostileValue,
    fc.record(
      {
        traceparent: fc.oneof(traceparents, hostileValue),
        tracestate: fc.oneof(tracestates, hostileValue),
        baggage: fc.oneof(baggages, hostileValue),
      },
      { requiredKeys: [] },
    ),
  )
  check('a carried context is read or left alone', carriers, 20_000, (carrier) => {
    const entries = Object.entries(Object(carrier) as object)
    const sent = { [KEY]: new Map(entries), 'hono-observability:writer': () => {} }
    must(isCarried(sent), 'lost')
    const context = carriedContext(ROOT, sent)
    const span = trace.getSpanContext(context)
    must(!span || formatTraceparent(span) !== undefined, 'has a wrong span')
    carry(context)
  })

  check('what somebody else sends is no carried context', carriers, 20_000, (carrier) => {
    for (const value of [carrier, { [KEY]: carrier }, { [KEY]: carrier, value: 1 }]) {
      must(carriedContext(ROOT, value) === ROOT, 'was believed')
      must(!seemsSealed(value) || isMarked(carrier), 'was taken for ours')
    }
  })

  check('a propagator reads any carrier', carriers, 10_000, (carrier) => {
    const context = propagation.extract(ROOT, carrier)
    const span = trace.getSpanContext(context)
    must(!span || formatTraceparent(span) !== undefined, 'has a wrong span')
  })
})

const isMarked = (value: unknown): boolean =>
  typeof (value as { mac?: unknown } | null)?.mac === 'string'
