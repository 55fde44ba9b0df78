import { expect, it } from 'vitest'
import { recordFailure } from '../../../src/traces/failure.ts'
import { setUpTracer } from './support.ts'

const eventsOf = (exceptionEvents: boolean | undefined, isLogged: boolean): string[] => {
  const { tracer, kept } = setUpTracer({ exceptionEvents })
  const span = tracer.startSpan('cron')
  recordFailure(span, new Error('stock is gone'), '_OTHER', isLogged)
  span.end()
  return kept[0]?.eventList.map(({ name }) => name) ?? []
}

it('an exception that leaves by no log record is an event, whatever else is logged', () => {
  expect(eventsOf(undefined, false)).toEqual(['exception'])
})

it('an exception that leaves as a log record is no event, unless the options say so', () => {
  expect(eventsOf(undefined, true)).toEqual([])
  expect(eventsOf(true, true)).toEqual(['exception'])
  expect(eventsOf(false, false)).toEqual([])
})

it('the stack of an exception, which engines make when it is asked for, is read once', () => {
  const { tracer, kept } = setUpTracer()
  let reads = 0
  const error = Object.defineProperty(new Error('stock is gone'), 'stack', {
    get: () => `read ${++reads}`,
  })
  const span = tracer.startSpan('cron')
  recordFailure(span, error)
  span.end()
  expect(kept[0]?.events[0]?.attributes?.['exception.stacktrace']).toBe('read 1')
  expect(reads).toBe(1)
})

it('what waits for the end of a root that has ended is called at once', () => {
  const { tracer } = setUpTracer()
  const root = tracer.startSpan('request') as unknown as {
    end(): void
    whenRootEnds(call: () => void): () => void
  }
  let calls = 0
  root.whenRootEnds(() => calls++)
  root.end()
  expect(calls).toBe(1)
  root.whenRootEnds(() => calls++)
  expect(calls).toBe(2)
})
