import { propagation, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe } from 'vitest'
import {
  carriedContext,
  carry,
  disclose,
  enclose,
  isCarried,
} from '../../../../src/context/carried.ts'
import { ROOT } from '../../../../src/context/context.ts'
import { W3CPropagator } from '../../../../src/context/propagator.ts'
import { formatTraceparent, parseTraceparent } from '../../../../src/context/traceparent.ts'
import { hostileValue } from './arbitraries.ts'
import { check, must } from './check.ts'
import { baggages, TRACEPARENT, traceparents, tracestates } from './trace-headers.ts'

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
    const context = carriedContext(ROOT, { [KEY]: carrier, value: 1 })
    const span = trace.getSpanContext(context)
    must(!span || formatTraceparent(span) !== undefined, 'has a wrong span')
    carry(context)
    const sent = { [KEY]: carrier, value: 1 }
    must(disclose(sent) === (isCarried(sent) ? 1 : sent), 'lost')
  })

  check('a propagator reads any carrier', carriers, 10_000, (carrier) => {
    const context = propagation.extract(ROOT, carrier)
    const span = trace.getSpanContext(context)
    must(!span || formatTraceparent(span) !== undefined, 'has a wrong span')
  })

  check('a value comes out as it went in', hostileValue, 10_000, (value) => {
    const context = trace.setSpanContext(ROOT, parseTraceparent(TRACEPARENT) as never)
    must(Object.is(disclose(enclose(context, value)), value), 'changed')
  })
})
