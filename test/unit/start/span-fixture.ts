import type { ReceivedSpan } from '../../../scripts/start/span.ts'

export interface SpanInput extends Partial<Omit<ReceivedSpan, 'attributes' | 'startNano'>> {
  id: string
  parent?: string
  startMs?: number
  durationMs?: number
  attributes?: Record<string, string>
}

export const TRACE_ID = '5b8aa5a2d2c872e8321cf37308d69df2'
const EPOCH_NANO = 1_795_000_000_000_000_000n
const toNano = (ms: number): bigint => BigInt(Math.round(ms * 1e6))

/** A received span of which only what matters to a test is written out. */
export function span({
  id,
  parent = '',
  startMs = 0,
  durationMs = 1,
  attributes = {},
  ...rest
}: SpanInput): ReceivedSpan {
  const startNano = EPOCH_NANO + toNano(startMs)
  return {
    traceId: TRACE_ID,
    spanId: id,
    parentSpanId: parent,
    remoteParent: false,
    name: id,
    kind: 'internal',
    service: 'shop',
    startNano,
    endNano: startNano + toNano(durationMs),
    failed: false,
    statusMessage: '',
    attributes: new Map(Object.entries(attributes)),
    links: [],
    exceptions: [],
    ...rest,
  }
}
