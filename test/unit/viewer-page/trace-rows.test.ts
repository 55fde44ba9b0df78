import { describe, expect, it } from 'vitest'
import type { LogItem, TraceSpan, TraceView } from '../../../viewer/page/src/api-types.ts'
import { lengthOf, percent } from '../../../viewer/page/src/trace/time-scale.ts'
import { ancestors, indexOf, rowsOf } from '../../../viewer/page/src/trace/trace-rows.ts'

const span = (spanId: string, parentSpanId: string | null, depth: number): TraceSpan =>
  ({ spanId, parentSpanId, depth, offsetMs: 0, durationMs: 0 }) as TraceSpan

const log = (id: number, spanId: string | null): LogItem => ({ id, spanId }) as LogItem

const view = {
  trace: { durationMs: 0 },
  spans: [span('a', null, 0), span('b', 'a', 1), span('c', 'b', 2), span('d', 'a', 1)],
  logs: [log(1, 'b'), log(2, null), log(3, 'gone')],
  criticalPath: [],
} as unknown as TraceView

const shown = (folded: string[], withLogs: boolean): string[] =>
  rowsOf(view, indexOf(view), new Set(folded), withLogs).map((row) =>
    row.kind === 'span' ? row.span.spanId : `log ${row.log.id} at ${row.depth}`,
  )

describe('the rows of a waterfall', () => {
  it('have the records of a span below it, and those without a span at the end', () => {
    expect(shown([], true)).toEqual(['a', 'b', 'log 1 at 2', 'c', 'd', 'log 2 at 0', 'log 3 at 0'])
  })

  it('leave out what is below a folded span, its records included', () => {
    expect(shown(['b'], true)).toEqual(['a', 'b', 'd', 'log 2 at 0', 'log 3 at 0'])
    expect(shown(['a', 'b'], false)).toEqual(['a'])
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
    const scale = { lengthMs: 10, startMs: 0 }
    expect([-5, 0, 5, 50].map((ms) => percent(ms, scale))).toEqual([0, 0, 50, 100])
  })
})
