import { DAY_MS, MAX_PUSH_AGE_MS } from '../export/aggregator/protocol.ts'

/** Which pushes of one instance have arrived: all below `floor`, and those listed. */
export interface InstanceRecord {
  floor: number
  /** Numbers at or above `floor`, ascending. */
  above: number[]
  seenMs: number
}

/** Gaps in an instance's numbers that are waited for; beyond it the oldest is given up. */
const MAX_ABOVE = 64

/** 'expired': there is no telling any more whether it is new. */
export type Arrival = 'new' | 'duplicate' | 'expired'

/** Notes an arrival and says whether it is the first of its number. */
export const arrive = (
  records: Map<string, InstanceRecord>,
  push: { instance: string; seq: number; floor: number; sealedMs: number },
  nowMs: number,
): Arrival => {
  let record = records.get(push.instance)
  if (!record) {
    if (nowMs - push.sealedMs > MAX_PUSH_AGE_MS) {
      return 'expired'
    }
    record = { floor: 1, above: [], seenMs: nowMs }
    records.set(push.instance, record)
  }
  record.seenMs = nowMs
  if (push.floor > record.floor) {
    raise(record, push.floor)
  }
  if (push.seq < record.floor || record.above.includes(push.seq)) {
    return 'duplicate'
  }
  record.above.push(push.seq)
  record.above.sort((a, b) => a - b)
  raise(record, record.above.length > MAX_ABOVE ? (record.above[0] as number) : record.floor)
  return 'new'
}

/** Settles everything below `floor`, and what follows it without a gap. */
const raise = (record: InstanceRecord, floor: number): void => {
  record.floor = floor
  record.above = record.above.filter((seq) => {
    if (seq === record.floor) {
      record.floor++
    }
    return seq >= record.floor
  })
}

/** Instances that no acceptable push can come from any more. */
export const expiredInstances = (
  records: ReadonlyMap<string, InstanceRecord>,
  nowMs: number,
): string[] => [...records].filter(([, { seenMs }]) => nowMs - seenMs > DAY_MS).map(([id]) => id)
