import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drainOnSignal, isDraining, undrain } from '../../../src/entries/health.ts'

let exit: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  vi.useFakeTimers()
  exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  process.removeAllListeners('SIGTERM')
  undrain()
})

it('drains on SIGTERM, and exits like a process that was ended by it after the delay', () => {
  drainOnSignal({ delayMs: 300 })
  expect(isDraining()).toBe(false)
  process.emit('SIGTERM')
  expect(isDraining()).toBe(true)
  vi.advanceTimersByTime(299)
  expect(exit).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(exit).toHaveBeenCalledExactlyOnceWith(143)
})

it('waits 5 s by default', () => {
  drainOnSignal()
  process.emit('SIGTERM')
  vi.advanceTimersByTime(4999)
  expect(exit).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(exit).toHaveBeenCalledOnce()
})

it('leaves the end to onDrained', () => {
  const onDrained = vi.fn()
  drainOnSignal({ delayMs: 10, onDrained })
  process.emit('SIGTERM')
  expect(onDrained).not.toHaveBeenCalled()
  vi.advanceTimersByTime(10)
  expect(onDrained).toHaveBeenCalledOnce()
  expect(exit).not.toHaveBeenCalled()
})

it('keeps the app’s own listener and leaves the end to it', () => {
  const own = vi.fn()
  process.on('SIGTERM', own)
  drainOnSignal({ delayMs: 10 })
  process.emit('SIGTERM')
  expect(own).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(10)
  expect(exit).not.toHaveBeenCalled()
})

it('does not catch a second SIGTERM', () => {
  drainOnSignal()
  process.emit('SIGTERM')
  expect(process.listenerCount('SIGTERM')).toBe(0)
})

it('does nothing where there is no process', () => {
  vi.stubGlobal('process', undefined)
  try {
    expect(() => drainOnSignal()).not.toThrow()
  } finally {
    vi.unstubAllGlobals()
  }
})
