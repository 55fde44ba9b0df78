import type { Temporality } from '../../metrics/data.ts'

// What both encodings agree on.

/** Nesting beyond this is cut: protobuf parsers refuse messages deeper than about 100. */
export const MAX_DEPTH = 32

/** 2^64 ns. A time beyond would make the receiver refuse the whole request. */
const MAX_TIME_MS = 1.8e13

/** Milliseconds since the epoch, with fractions, as whole microseconds. */
export const unixMicros = (ms: number): number =>
  ms > 0 && ms < MAX_TIME_MS ? Math.round(ms * 1000) : 0

/** Whether a number is told as an integer. */
export const isWhole = (value: number): boolean =>
  Number.isSafeInteger(value) && !Object.is(value, -0)

export const isInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/** Whether the value of an instrument is told as an integer: if it was declared so, and is one. */
export const isIntegerPoint = (value: number, isDeclared: boolean): boolean =>
  isDeclared && Number.isInteger(value) && Math.abs(value) < 2 ** 63

/** Bits of a span's or link's `flags` that say whether its parent's or target's remoteness is known, and what it is. */
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

/** `flags` of a span or link: the trace's, and whether `isRemote` is so of its parent or target. */
export const spanFlags = (traceFlags: number, isRemote: boolean | undefined): number =>
  (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0)

/** `AggregationTemporality`'s numbers. */
export const TEMPORALITY: Readonly<Record<Temporality, number>> = { delta: 1, cumulative: 2 }
