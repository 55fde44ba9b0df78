import type { Json } from '../../../unit/viewer/suite/backend.ts'
import { request, span, spans } from '../../../unit/viewer/suite/records.ts'
import type { ViewerServer } from './viewer.ts'

const BATCH = 2500

const KINDS_OF_WORK = [
  { name: 'SELECT orders', kind: 3, attributes: { 'db.system.name': 'sqlite' } },
  { name: 'KV get', kind: 3, attributes: { 'db.system.name': 'cloudflare_kv' } },
  { name: 'price', kind: 1, attributes: { 'order.items': 3 } },
  { name: 'GET', kind: 3, attributes: { 'http.response.status_code': 200 } },
  { name: 'render', kind: 1, attributes: {} },
] as const

/**
 * A request of so many spans, as deep as asked for: one chain to the bottom, and the rest spread
 * over it. Every 500th span failed. Always the same.
 */
export function largeTrace(trace: number, count: number, depth: number): Json[] {
  const lengthMs = 2 * count
  const root = request({ trace, span: 1, route: '/report', to: lengthMs })
  const chain = Array.from({ length: depth - 1 }, (_, at) =>
    span({
      trace,
      span: at + 2,
      parent: at + 1,
      name: `level ${at + 1}`,
      from: at,
      to: lengthMs - at,
    }),
  )
  const leaves = Array.from({ length: count - depth }, (_, at) => {
    const { name, kind, attributes } = KINDS_OF_WORK[at % KINDS_OF_WORK.length] as never as Work
    const number = depth + 1 + at
    const from = depth + at
    return span({
      trace,
      span: number,
      parent: 1 + (at % depth),
      name,
      kind,
      attributes: { ...attributes, 'code.line.number': number },
      from,
      to: from + 2 + (at % 40),
      failed: number % 500 === 0,
    })
  })
  return [root, ...chain, ...leaves]
}

interface Work {
  name: string
  kind: number
  attributes: Record<string, string | number>
}

/** Sends it in pieces. */
export async function sendLargeTrace(
  viewer: ViewerServer,
  trace: number,
  count: number,
  depth: number,
): Promise<void> {
  const all = largeTrace(trace, count, depth)
  for (let from = 0; from < all.length; from += BATCH) {
    await viewer.send('traces', spans(all.slice(from, from + BATCH)))
  }
}
