import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collectTraces } from '../../../scripts/start/trace-collector.ts'
import { span, TRACE_ID } from './span-fixture.ts'

function collect(options: { maxTraces?: number } = {}) {
  const traces: string[][] = []
  const collector = collectTraces({
    settleMs: 150,
    missingMs: 2000,
    onTrace: (spans) => traces.push(spans.map((each) => each.spanId)),
    ...options,
  })
  return { traces, collector }
}

describe('collectTraces', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('puts together what arrives in several requests', () => {
    const { traces, collector } = collect()
    collector.add([span({ id: 'root' })])
    vi.advanceTimersByTime(100)
    collector.add([span({ id: 'child', parent: 'root' })])
    vi.advanceTimersByTime(149)
    expect(traces).toEqual([])
    vi.advanceTimersByTime(1)
    expect(traces).toEqual([['root', 'child']])
  })

  it('waits longer for a parent that has not come', () => {
    const { traces, collector } = collect()
    collector.add([span({ id: 'child', parent: 'root' })])
    vi.advanceTimersByTime(1000)
    expect(traces).toEqual([])
    collector.add([span({ id: 'root' })])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['child', 'root']])
  })

  it('gives up on a parent that never comes', () => {
    const { traces, collector } = collect()
    collector.add([span({ id: 'child', parent: 'root' })])
    vi.advanceTimersByTime(2000)
    expect(traces).toEqual([['child']])
  })

  it('does not wait for a parent in another service', () => {
    const { traces, collector } = collect()
    collector.add([span({ id: 'child', parent: 'caller', remoteParent: true })])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['child']])
  })

  const sent = span({ id: 'send', kind: 'producer' })
  const consumed = (id: string, ...senders: [traceId: string, spanId: string][]) =>
    span({
      id,
      kind: 'consumer',
      traceId: `trace of ${id}`,
      links: senders.map(([traceId, spanId]) => ({ traceId, spanId })),
    })

  it('waits for the consumer of what was sent, and shows it in the same trace', () => {
    const { traces, collector } = collect()
    collector.add([sent])
    vi.advanceTimersByTime(1000)
    collector.add([span({ id: 'insert', traceId: 'trace of process', parent: 'process' })])
    vi.advanceTimersByTime(500)
    collector.add([consumed('process', [TRACE_ID, 'send'])])
    vi.advanceTimersByTime(149)
    expect(traces).toEqual([])
    vi.advanceTimersByTime(1)
    expect(traces).toEqual([['send', 'insert', 'process']])
  })

  it('shows a consumer of several traces on its own', () => {
    const { traces, collector } = collect()
    collector.add([sent, consumed('process', [TRACE_ID, 'send'], ['another', 'other'])])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['process']])
    vi.advanceTimersByTime(1850)
    expect(traces).toEqual([['process'], ['send']])
  })

  it('shows a consumer that comes late after all', () => {
    const { traces, collector } = collect()
    collector.add([sent])
    vi.advanceTimersByTime(2000)
    collector.add([consumed('process', [TRACE_ID, 'send'])])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['send'], ['process']])
  })

  it('keeps together what is linked over several traces', () => {
    const { traces, collector } = collect()
    const again = span({ id: 'again', kind: 'producer', traceId: 'trace of b', parent: 'b' })
    collector.add([consumed('c', ['trace of b', 'again'])])
    collector.add([again, consumed('b', [TRACE_ID, 'send'])])
    collector.add([span({ id: 'late', traceId: 'trace of c', parent: 'c' }), sent])
    vi.advanceTimersByTime(150)
    expect(traces.map((ids) => ids.toSorted())).toEqual([['again', 'b', 'c', 'late', 'send']])
  })

  it('waits for the Workflow that was started, but not for one that could not be', () => {
    const { traces, collector } = collect()
    const attributes = { 'cloudflare.workflow.operation': 'create' }
    collector.add([span({ id: 'create', attributes })])
    collector.add([span({ id: 'refused', traceId: 'other', attributes, failed: true })])
    vi.advanceTimersByTime(1500)
    expect(traces).toEqual([['refused']])
    collector.add([span({ id: 'run', parent: 'create', remoteParent: true })])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['refused'], ['create', 'run']])
  })

  it('counts a span that was sent twice once', () => {
    const { traces, collector } = collect()
    collector.add([span({ id: 'root' })])
    collector.add([span({ id: 'root' })])
    vi.advanceTimersByTime(150)
    expect(traces).toEqual([['root']])
  })

  it('hands the oldest on early when too many wait', () => {
    const { traces, collector } = collect({ maxTraces: 2 })
    for (const id of ['a', 'b', 'c']) collector.add([span({ id, traceId: id })])
    expect(traces).toEqual([['a']])
  })

  it('leaves no timer after it is closed', () => {
    const { collector } = collect()
    collector.add([span({ id: 'root' })])
    collector.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
