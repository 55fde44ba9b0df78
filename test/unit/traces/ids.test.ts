import { expect, it } from 'vitest'
import { newUuid } from '../../../src/base/random.ts'
import { newSpanId, newTraceId } from '../../../src/traces/ids.ts'

it('ids are well-formed and do not repeat', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const traceId = newTraceId()
    const spanId = newSpanId()
    expect(traceId).toMatch(/^(?!0{32})[\da-f]{32}$/)
    expect(spanId).toMatch(/^(?!0{16})[\da-f]{16}$/)
    seen.add(traceId).add(spanId)
  }
  expect(seen.size).toBe(40_000)
})

it('a UUID is version 4', () => {
  for (let i = 0; i < 1000; i++) {
    expect(newUuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  }
})
