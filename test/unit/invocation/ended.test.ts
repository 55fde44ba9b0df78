import { type Span, trace } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import { run } from '../../../src/invocation/run.ts'

const end = async (call: () => unknown): Promise<boolean[]> => {
  const seen: boolean[] = []
  const described = {
    name: 'event',
    attributes: {},
    ended: (span: Span) => void seen.push(trace.getActiveSpan() === span),
  }
  const invocation = {
    options: { otlp: false, logs: false } as const,
    env: {},
    executionCtx: undefined,
  }
  await Promise.resolve()
    .then(() => run(invocation, () => described, call))
    .catch(() => {})
  return seen
}

it.each<[string, () => unknown]>([
  ['returns', () => 'done'],
  ['resolves later', () => new Promise((resolve) => setTimeout(resolve, 1))],
  ['rejects', () => Promise.reject(new Error('failed'))],
  [
    'throws',
    (): never => {
      throw new Error('failed')
    },
  ],
])('what an event that %s measures at its end finds its span', async (_, call) => {
  expect(await end(call)).toEqual([true])
})
