import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})

afterAll(async () => {
  await harness?.worker.stop()
})

// The bound is 20 s: `waitUntil` lasts 30.
it('a call that outlasts its invocation leaves a span, marked, and does not hold the response', async () => {
  const startedMs = performance.now()
  expect(await harness.call('/wrapped/outlasting')).toBe('answered')
  expect(performance.now() - startedMs).toBeLessThan(5000)
  await expect
    .poll(async () => (await harness.spans()).find(({ name }) => name === 'ROOM/rest'), {
      timeout: 30_000,
      interval: 500,
    })
    .toMatchObject({ attributes: { 'hono.incomplete': true } })
})
