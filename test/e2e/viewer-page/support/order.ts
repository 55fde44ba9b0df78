import {
  keyValues,
  log,
  logs,
  nano,
  request,
  START_MS,
  span,
  spanId,
  spans,
  traceId,
} from '../../../unit/viewer/suite/records.ts'
import type { ViewerServer } from './viewer.ts'

/** How far the clock of the bank is behind. */
const BANK_LATE_MS = 440

export const STACK: string =
  'Error: the bank said 503\n    at charge (pay.ts:3:4)\n    at order (order.ts:10:1)'

/**
 * An order that failed, as trace 1, of spans 1 to 7: a query, a call of a bank whose clock is wrong,
 * and a message that is handled in trace 2, by span 8.
 */
export async function sendOrder(viewer: ViewerServer): Promise<void> {
  const at = (ms: number): number => ms - BANK_LATE_MS
  const attributes = { 'exception.type': 'Error', 'exception.stacktrace': STACK }
  const charge = {
    ...span({
      trace: 1,
      span: 4,
      parent: 1,
      name: 'POST',
      kind: 3,
      from: 30,
      to: 110,
      failed: true,
      attributes: {
        'http.request.method': 'POST',
        'url.full': "https://bank.example/charge?name=O'Hara",
        'http.response.status_code': 503,
        'error.type': '503',
      },
    }),
    events: [
      {
        name: 'exception',
        timeUnixNano: nano(START_MS + 105),
        attributes: keyValues(attributes),
      },
    ],
  }
  const query = span({
    trace: 1,
    span: 2,
    parent: 1,
    name: 'SELECT products',
    kind: 3,
    from: 5,
    to: 25,
    attributes: { 'db.system.name': 'sqlite', 'db.query.text': 'SELECT id\nFROM products' },
  })
  const own = [
    request({ trace: 1, span: 1, route: '/orders', method: 'POST', status: 500, to: 120 }),
    query,
    span({ trace: 1, span: 3, parent: 1, name: 'price', from: 26, to: 26 }),
    charge,
    span({ trace: 1, span: 5, parent: 1, name: 'send orders', kind: 4, from: 112, to: 115 }),
  ]
  const bank = [
    request({ trace: 1, span: 6, parent: 4, route: '/charge', from: at(40), to: at(100) }),
    span({ trace: 1, span: 7, parent: 6, name: 'ledger', from: at(50), to: at(90) }),
  ]
  const handled = {
    ...span({ trace: 2, span: 8, name: 'handle orders', kind: 5, from: 300, to: 350 }),
    links: [{ traceId: traceId(1), spanId: spanId(5) }],
  }
  await viewer.send('traces', spans(own))
  await viewer.send('traces', spans(bank, 'bank'))
  await viewer.send('traces', spans([handled], 'worker'))
  const records = [
    log({ trace: 1, span: 4, at: 100, severity: 17, body: 'bank is down' }),
    log({ trace: 1, span: 1, at: 20, severity: 13, body: 'order begun' }),
  ]
  await viewer.send('logs', logs(records))
}
