import type { Callback } from './trace-context-harness.ts'

/** Headers sent to the service, and what every callback must show. */
export interface Exchange {
  headers: [string, string][]
  /** How often the service is to call back. Default 1. */
  count?: number
  expect: Expectation
}

export interface Expectation {
  /** The trace goes on: this trace id, and a parent id other than the one sent. */
  continues?: string
  /** The trace starts anew: none of these trace ids. */
  restarts?: string[]
  /** Members that tracestate must have. */
  has?: Record<string, string>
  /** Keys that tracestate must not have. */
  lacks?: string[]
  /** Keys in this order, relative to each other. */
  order?: string[]
  /** Exactly so many members. */
  members?: number
  /** Bits of the trace flags that must be set. */
  flagsSet?: number
  /** Bits of the trace flags that must not be set. */
  flagsClear?: number
}

/** One named test. */
export interface Case {
  name: string
  exchanges: Exchange[]
}

/** The ids that every case sends, as the official harness does. */
export const TRACE_ID: string = '12345678901234567890123456789012'
export const PARENT_ID: string = '1234567890123456'

/** Lists how the callbacks fall short of an expectation. */
export function shortcomings(callbacks: readonly Callback[], expected: Expectation): string[] {
  const problems: string[] = []
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem)
  }
  const parentIds = new Set(callbacks.map(({ traceparent }) => traceparent.parentId))
  require(parentIds.size === callbacks.length, 'callbacks share a parent id')
  for (const { traceparent, tracestate } of callbacks) {
    const { traceId, parentId, flags } = traceparent
    const keys = [...tracestate.keys()]
    if (expected.continues) {
      require(traceId === expected.continues, `trace id ${traceId} is new`)
      require(parentId !== PARENT_ID, 'the parent id was passed on')
    }
    require(!expected.restarts?.includes(traceId), `trace id ${traceId} was taken over`)
    for (const [key, value] of Object.entries(expected.has ?? {})) {
      require(tracestate.get(key) === value, `tracestate ${key} is ${tracestate.get(key)}`)
    }
    for (const key of expected.lacks ?? []) {
      require(!tracestate.has(key), `tracestate has ${key}`)
    }
    const { order = [] } = expected
    require(keys.filter((key) => order.includes(key)).join() === order.join(), `order is ${keys}`)
    if (expected.members !== undefined) {
      require(keys.length === expected.members, `tracestate has ${keys.length} members`)
    }
    const { flagsSet = 0, flagsClear = 0 } = expected
    require((flags & flagsSet) === flagsSet, `flags are ${flags}`)
    require((flags & flagsClear) === 0, `flags are ${flags}`)
  }
  return problems
}

/** A valid traceparent. */
export const SAMPLED: string = `00-${TRACE_ID}-${PARENT_ID}-01`
const NOT_SAMPLED = `00-${TRACE_ID}-${PARENT_ID}-00`

/** A traceparent that must be ignored, so that the trace starts anew. */
export function refused(traceparent: string, ...traceIds: string[]): Exchange {
  return {
    headers: [['traceparent', traceparent]],
    expect: { restarts: [TRACE_ID, ...traceIds] },
  }
}

/** A traceparent that must be taken over. */
export function accepted(traceparent: string, expect: Expectation = {}): Exchange {
  return { headers: [['traceparent', traceparent]], expect: { continues: TRACE_ID, ...expect } }
}

/** A traceparent under another header name, which must count or not. */
export function named(name: string, expect: Expectation): Exchange {
  return { headers: [[name, SAMPLED]], expect }
}

/** Values of tracestate, each a header of its own, beside a traceparent that must be taken over. */
export function state(values: string[], expect: Expectation): Exchange {
  const headers = values.map((value): [string, string] => ['tracestate', value])
  return {
    headers: [['traceparent', NOT_SAMPLED], ...headers],
    expect: { continues: TRACE_ID, ...expect },
  }
}
