import fc from 'fast-check'
import { hostileText, nearly } from './arbitraries.ts'

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
export const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`

// What a header may hold on its way out; `Headers` would throw for anything else.
export const HEADER_VALUE = /^[\t -~\u0080-\u00ff]*$/

export const traceparents = fc.oneof(
  nearly(TRACEPARENT),
  // A later version, with whatever that may add.
  fc.nat(900).map((length) => `cc-${TRACEPARENT.slice(3)}-${'x'.repeat(length)}`),
  hostileText('00-', 'cc-', `${TRACE_ID}-`, 'b7ad6b7169203331-', '01', '0'.repeat(32)),
)
export const tracestates = fc.oneof(
  hostileText('a=1', 'ot=th:8;rv:1', 'vendor@x=', 'b', ',', '=', 'z'.repeat(256)),
  fc
    .array(fc.tuple(fc.nat(90), fc.constantFrom('1', 'a;b:2', ' x')), {
      maxLength: 60,
      size: 'max',
    })
    .map((members) => members.map(([key, value]) => `k${key}=${value}`).join()),
  nearly('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:0'),
)
export const baggages = fc.oneof(
  hostileText('a=1', 'key', '=', 'value', ';p=1', ';', '%20', 'user=%E2%82%AC', ','),
  nearly('userId=alice,serverNode=DF%2028;ttl=5,isProduction=false'),
)
