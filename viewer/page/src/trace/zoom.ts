import type { TimeScale } from './time-scale.ts'

/** A stretch of the trace, in milliseconds after its start. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/** No stretch is a smaller share of its trace: there would be nothing to tell apart. */
const LEAST_SHARE = 1e-6

/** Reads `12.5-80`; anything else is the whole trace. */
export function parseZoom(text: string | null, lengthMs: number): Stretch {
  const [from, to] = (text ?? '').split('-', 2).map((each) => (each ? Number(each) : Number.NaN))
  if (from === undefined || to === undefined || !(from >= 0 && to > from))
    return { fromMs: 0, toMs: lengthMs }
  return within({ fromMs: from, toMs: to }, lengthMs)
}

/** What the address says of it; nothing of the whole trace. */
export function formatZoom({ fromMs, toMs }: Stretch, lengthMs: number): string | undefined {
  if (fromMs <= 0 && toMs >= lengthMs) return undefined
  const digits = Math.max(0, Math.min(9, 4 - Math.floor(Math.log10(toMs - fromMs))))
  return [fromMs, toMs].map((ms) => withoutZeros(ms.toFixed(digits))).join('-')
}

/** Never with an exponent, whose sign would be taken for the one between the numbers. */
function withoutZeros(text: string): string {
  if (!text.includes('.')) return text
  let length = text.length
  while (text[length - 1] === '0') length--
  return text.slice(0, text[length - 1] === '.' ? length - 1 : length)
}

/** Nearer by a factor above 1, farther by one below; what is at `atMs` stays where it is. */
export function zoomedBy(
  { fromMs, lengthMs: shownMs }: TimeScale,
  factor: number,
  atMs: number,
  lengthMs: number,
): Stretch {
  const from = atMs - (atMs - fromMs) / factor
  return within({ fromMs: from, toMs: from + shownMs / factor }, lengthMs)
}

/** Moved by a share of what is shown. */
export function panned(
  { fromMs, lengthMs: shownMs }: TimeScale,
  share: number,
  lengthMs: number,
): Stretch {
  const from = Math.max(0, Math.min(lengthMs - shownMs, fromMs + share * shownMs))
  return { fromMs: from, toMs: from + shownMs }
}

/** A span with some room around it. */
export function around(offsetMs: number, durationMs: number, lengthMs: number): Stretch {
  const roomMs = durationMs > 0 ? durationMs * 0.05 : lengthMs * 0.01
  return within({ fromMs: offsetMs - roomMs, toMs: offsetMs + durationMs + roomMs }, lengthMs)
}

function within({ fromMs, toMs }: Stretch, lengthMs: number): Stretch {
  const least = lengthMs * LEAST_SHARE
  const from = Math.max(0, Math.min(fromMs, lengthMs - least))
  return { fromMs: from, toMs: Math.min(lengthMs, Math.max(toMs, from + least)) }
}
