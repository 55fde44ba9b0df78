import type { Payload } from '../otlp/payload.ts'

/** A batch that may outlive its isolate. */
export interface StoredBatch extends Payload {
  /** Unique, and ordered by time. Every request with this batch carries it as `Idempotency-Key`. */
  readonly id: string
  readonly contentType: string
  /** What it counts for: spans, log records. */
  readonly count: number
}

/** As it is in a store. */
export interface SignedBatch extends StoredBatch {
  /** HMAC-SHA-256, in hexadecimal digits, of all the others and what it is for. */
  readonly mac: string
}

/** Bytes of the largest body: a batch holds 2 MiB as estimated, which encoding may double. */
const MAX_BYTES = 8_388_608

/** Whether something of this size may be one of ours, so that what is larger need not be read. */
export const isOfOurSize = (bytes: number): boolean => bytes <= MAX_BYTES

const ID = /^\d{13}-[0-9a-z]{6,12}-[0-9a-f]{8}-[0-9a-f]{4}$/

/** Whether {@link newId} may have made it. */
export const isId = (id: unknown): id is string => typeof id === 'string' && ID.test(id)

const MAC = /^[0-9a-f]{64}$/

/** Whether it has the form of a batch of ours; who wrote it, its signature says. */
export const seemsStored = (value: unknown): value is SignedBatch => {
  const { id, body, contentType, count, isGzipped, mac } = (value ?? {}) as Partial<SignedBatch>
  return (
    isId(id) &&
    body instanceof Uint8Array &&
    isOfOurSize(body.length) &&
    typeof contentType === 'string' &&
    Number.isSafeInteger(count) &&
    typeof isGzipped === 'boolean' &&
    typeof mac === 'string' &&
    MAC.test(mac)
  )
}

const TIME_DIGITS = 13
const SEQUENCE_DIGITS = 6

let sequence = 0

/** In order of time; of one isolate also within a millisecond. */
export const newId = (nowMs: number): string => {
  const next = (sequence++).toString(36).padStart(SEQUENCE_DIGITS, '0')
  return `${String(nowMs).padStart(TIME_DIGITS, '0')}-${next}-${crypto.randomUUID().slice(0, 13)}`
}

/** When the batch of this id was first to be sent, in milliseconds since the epoch. */
export const timeOf = (id: string): number => Number(id.slice(0, TIME_DIGITS))
