import { afterEach, expect, it, vi } from 'vitest'
import type { CheckFinding, HealthCheck } from '../../../src/entries/health.ts'
import { disk, eventLoop, memory, uptime } from '../../../src/entries/process.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const run = (check: HealthCheck): PromiseLike<CheckFinding | undefined> =>
  check.run({ env: {}, signal: new AbortController().signal }, undefined)

it.each([
  [0.5, 'pass'],
  [0.85, 'warn'],
  [0.99, 'fail'],
] as const)('memory that is used to %d of its limit is %s', async (share, status) => {
  const { rss } = process.memoryUsage()
  vi.spyOn(process, 'memoryUsage').mockReturnValue({ ...process.memoryUsage(), rss })
  const found = await run(memory({ limitBytes: rss / share }))
  expect(found).toMatchObject({ status, observedUnit: '%', observedValue: share * 100 })
})

it('memory knows the limit of its container, and none that no machine has', async () => {
  const { rss } = process.memoryUsage()
  vi.spyOn(process, 'memoryUsage').mockReturnValue({ ...process.memoryUsage(), rss })
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(rss * 1.01)
  expect(await run(memory())).toMatchObject({ status: 'fail' })
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(2 ** 63)
  expect(await run(memory())).toMatchObject({ status: 'pass' })
})

it('an event loop that was held is late', async () => {
  const check = eventLoop({ warnAboveMs: 20, failAboveMs: 10_000 })
  expect(await run(check)).toBeUndefined()
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 15))
    const untilMs = performance.now() + 80
    while (performance.now() < untilMs);
  }
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(await run(check)).toMatchObject({ status: 'warn', observedUnit: 'ms' })
})

it('warns where there is no process', async () => {
  vi.stubGlobal('process', undefined)
  for (const check of [memory(), disk(), eventLoop()]) {
    expect(await run(check)).toMatchObject({
      status: 'warn',
      output: expect.stringMatching(/^this runtime does not tell /),
    })
  }
  expect(await run(uptime())).toEqual({ observedValue: 0, observedUnit: 's' })
})
