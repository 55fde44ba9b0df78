import type { TraceSpan } from '../api-types.ts'

/** Spans of one name below spans of one name: one box of a flame graph. */
export interface Frame {
  service: string
  name: string
  depth: number
  count: number
  errors: number
  totalMs: number
  selfMs: number
  slowest: TraceSpan
  /** Of the whole width, 0 to 1. */
  left: number
  width: number
  children: Frame[]
  parent: Frame | undefined
}

/**
 * Puts together what has the same name at the same place of the tree, and gives each its part of the
 * width by its time. Children that ran beside each other may have spent more than their parent took:
 * they share its width. Spans come parents first. No recursion: a trace may be a chain of thousands.
 */
export function flameOf(spans: readonly TraceSpan[]): Frame[] {
  const roots: Frame[] = []
  /** The frame of each level on the way to the present span. */
  const way: Frame[] = []
  const known = new Map<Frame | undefined, Map<string, Frame>>()
  const frames: Frame[] = []
  for (const span of spans) {
    const parent = way[span.depth - 1]
    const siblings = known.get(parent) ?? new Map<string, Frame>()
    known.set(parent, siblings)
    const key = `${span.service}\0${span.name}`
    let frame = siblings.get(key)
    if (!frame) {
      frame = emptyFrame(span, parent)
      siblings.set(key, frame)
      frames.push(frame)
      ;(parent?.children ?? roots).push(frame)
    }
    frame.count++
    if (span.status === 'error') frame.errors++
    frame.totalMs += span.durationMs
    frame.selfMs += span.selfMs
    if (span.durationMs > frame.slowest.durationMs) frame.slowest = span
    way[span.depth] = frame
    way.length = span.depth + 1
  }
  layOut(roots, 0, 1, 0)
  // Parents come before their children.
  for (const { children, left, width, totalMs } of frames) layOut(children, left, width, totalMs)
  return frames
}

function emptyFrame(span: TraceSpan, parent: Frame | undefined): Frame {
  return {
    service: span.service,
    name: span.name,
    depth: span.depth,
    count: 0,
    errors: 0,
    totalMs: 0,
    selfMs: 0,
    slowest: span,
    left: 0,
    width: 0,
    children: [],
    parent,
  }
}

function layOut(frames: Frame[], left: number, width: number, leastMs: number): void {
  frames.sort((a, b) => b.totalMs - a.totalMs)
  const sum = frames.reduce((total, { totalMs }) => total + totalMs, 0)
  const whole = Math.max(sum, leastMs)
  let at = left
  for (const frame of frames) {
    frame.left = at
    frame.width = whole > 0 ? (frame.totalMs / whole) * width : width / frames.length
    at += frame.width
  }
}

/** The frame that a span is in: the one at its depth whose way has the same names. */
export function frameOf(
  frames: readonly Frame[],
  spans: ReadonlyMap<string, TraceSpan>,
  spanId: string,
): Frame | undefined {
  let span = spans.get(spanId)
  const names: string[] = []
  const seen = new Set<TraceSpan>()
  while (span && !seen.has(span)) {
    seen.add(span)
    names.push(`${span.service}\0${span.name}`)
    if (span.depth === 0) break
    span = spans.get(span.parentSpanId ?? '')
  }
  let level: readonly Frame[] = frames.filter(({ depth }) => depth === 0)
  let found: Frame | undefined
  for (const key of names.reverse()) {
    found = level.find(({ service, name }) => `${service}\0${name}` === key)
    if (!found) return undefined
    level = found.children
  }
  return found
}
