import type { TraceSpan, TraceView } from '../api-types.ts'
import { colourOf } from '../format/colour.ts'

/** What the colour of a bar tells. Red is kept for failures, in each of them. */
export const COLOURINGS = [
  ['', 'Service'],
  ['kind', 'Kind'],
  ['error', 'Errors'],
  ['self', 'Self time'],
] as const

/** How a span is drawn. */
export interface Look {
  class: string
  /** 0 to 1: how much of the colour. */
  strength?: number
}

/** Kinds in the order of a legend, with their colours. */
export const KIND_COLOURS: readonly (readonly [TraceSpan['kind'], string])[] = [
  ['server', 'colour-0'],
  ['client', 'colour-1'],
  ['producer', 'colour-3'],
  ['consumer', 'colour-6'],
  ['internal', 'colour-11'],
  ['unset', 'colour-none'],
]

/** Draws the spans of a trace by what was chosen. Equal looks are one object. */
export function colouring(by: string | null, { spans }: TraceView): (span: TraceSpan) => Look {
  if (by === 'self') {
    const most = spans.reduce((max, { selfMs }) => Math.max(max, selfMs), 0)
    const looks = new Map<TraceSpan, Look>()
    return (span) => {
      const strength = most > 0 ? span.selfMs / most : 0
      return once(looks, span, () => ({ class: 'colour-heat', strength }))
    }
  }
  const looks = new Map<string, Look>()
  if (by === 'error') return () => once(looks, '', () => ({ class: 'colour-none' }))
  const classes = new Map<string, string>(KIND_COLOURS)
  if (by === 'kind') {
    return ({ kind }) => once(looks, kind, () => ({ class: classes.get(kind) ?? 'colour-none' }))
  }
  return ({ service }) => once(looks, service, () => ({ class: colourOf(service) }))
}

function once<K>(looks: Map<K, Look>, key: K, make: () => Look): Look {
  const before = looks.get(key)
  if (before) return before
  const look = make()
  looks.set(key, look)
  return look
}
