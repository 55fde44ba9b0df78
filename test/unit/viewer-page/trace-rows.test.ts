import { describe, expect, it } from 'vitest'
import type { LogItem, TraceSpan, TraceView } from '../../../viewer/page/src/api-types.ts'
import { lengthOf, percent, ticksOf } from '../../../viewer/page/src/trace/time-scale.ts'
import { ancestors, indexOf, rowsOf } from '../../../viewer/page/src/trace/trace-rows.ts'

const span = (spanId: string, parentSpanId: string | null, depth: number): TraceSpan =>
  ({ spanId, parentSpanId, depth, offsetMs: 0, durationMs: 0, children: 1, skewMs: 0 }) as TraceSpan

const log = (id: number, spanId: string | null): LogItem => ({ id, spanId }) as LogItem

const view = {
  trace: { durationMs: 0 },
  spans: [span('a', null, 0), span('b', 'a', 1), span('c', 'b', 2), span('d', 'a', 1)],
  logs: [log(1, 'b'), log(2, null), log(3, 'gone')],
  criticalPath: [],
} as unknown as TraceView

const shown = (folded: string[], withLogs: boolean, wanted?: string[]): string[] =>
  rowsOf(view, indexOf(view), {
    isFolded: ({ spanId }) => folded.includes(spanId),
    withLogs,
    wanted: wanted && new Set(wanted),
  }).map((row) =>
    row.kind === 'span'
      ? `${row.span.spanId}${row.isOnTheWay ? ' on the way' : ''}`
      : `log ${row.log.id} at ${row.depth}`,
  )

describe('the rows of a waterfall', () => {
  it('have the records of a span below it, and those without a span at the end', () => {
    expect(shown([], true)).toEqual(['a', 'b', 'log 1 at 2', 'c', 'd', 'log 2 at 0', 'log 3 at 0'])
  })

  it('leave out what is below a folded span, its records included', () => {
    expect(shown(['b'], true)).toEqual(['a', 'b', 'd', 'log 2 at 0', 'log 3 at 0'])
    expect(shown(['a', 'b'], false)).toEqual(['a'])
  })

  it('are those that are wanted, with what is above them as the way there', () => {
    expect(shown([], true, ['c'])).toEqual(['a on the way', 'b on the way', 'c'])
    expect(shown([], true, ['b'])).toEqual(['a on the way', 'b', 'log 1 at 2'])
    expect(shown([], true, [])).toEqual([])
  })
})

describe('ancestors', () => {
  it('are found from the nearest on', () => {
    expect(ancestors(indexOf(view).spans, 'c')).toEqual(['b', 'a'])
  })

  it('end where parents lead back, or are missing', () => {
    const spans = new Map(
      [span('x', 'y', 0), span('y', 'x', 1), span('z', 'gone', 0)].map((each) => [
        each.spanId,
        each,
      ]),
    )
    expect(ancestors(spans, 'x')).toEqual(['y'])
    expect(ancestors(spans, 'z')).toEqual([])
  })
})

describe('the time scale', () => {
  it('has a length even when the trace has none', () => {
    expect(lengthOf(view)).toBe(1)
  })

  it('reaches as far as the last span', () => {
    const late = { ...span('e', null, 0), offsetMs: 5, durationMs: 20 }
    expect(lengthOf({ ...view, spans: [late] })).toBe(25)
  })

  it('keeps places within the waterfall', () => {
    const scale = { fromMs: 0, lengthMs: 10, startMs: 0 }
    expect([-5, 0, 5, 50].map((ms) => percent(ms, scale))).toEqual([0, 0, 50, 100])
  })

  it('has round times, as many as there is room for', () => {
    const ticks = (fromMs: number, lengthMs: number, most: number) =>
      ticksOf({ fromMs, lengthMs, startMs: 0 }, most)
    expect(ticks(0, 120, 6)).toEqual([0, 20, 40, 60, 80, 100, 120])
    expect(ticks(0.3, 1, 2)).toEqual([0.5, 1])
    expect(ticks(17, 100, 3)).toEqual([50, 100])
    expect(ticks(0, 1e-6, 4)).toHaveLength(3)
  })
})
