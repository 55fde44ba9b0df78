import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collectTraces } from '../../../scripts/start/trace-collector.ts'
import { span } from './span-fixture.ts'

function collect(options: { maxTraces?: number } = {}) {
  const traces: string[][] = []
  const collector = collectTraces({
    settleMs: 150,
    orphanMs: 2000,
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
