import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { inTime } from '../../../src/base/sleep.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<string>(() => {})

it('what comes in time is what there is, and leaves no timer behind', async () => {
  expect(await inTime(Promise.resolve('in time'), 1000, () => 'late')).toBe('in time')
  await expect(inTime(Promise.reject(new Error('failed')), 1000, () => 'late')).rejects.toThrow(
    'failed',
  )
  expect(vi.getTimerCount()).toBe(0)
})

it('what does not come is what `late` returns or throws', async () => {
  const late = inTime(never, 1000, () => 'late')
  const failed = inTime(never, 1000, () => {
    throw new Error('no answer')
  })
  const told = expect(failed).rejects.toThrow('no answer')
  await vi.advanceTimersByTimeAsync(1000)
  expect(await late).toBe('late')
  await told
  expect(vi.getTimerCount()).toBe(0)
})
