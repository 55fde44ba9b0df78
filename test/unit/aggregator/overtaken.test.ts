import { expect, it } from 'vitest'
import { AggregatorSender } from '../../../src/export/aggregator/client.ts'
import type { AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'

it('a push that many overtake while it is on its way is sent again when it fails, and nothing is dropped', async () => {
  const provider = createMeterProvider()
  const reader = provider.addReader('aggregator')
  const counter = provider.getMeter('test').createCounter('made')
  const taken = new Set<number>()
  let failFirst: ((error: Error) => void) | undefined
  const sender = new AggregatorSender({
    instance: 'one',
    startMs: 1,
    resource: {},
    maxAttempts: 1,
    transport: {
      register: async () => {},
      push(_env: unknown, push: AggregatorPush) {
        if (push.seq === 1 && !failFirst) {
          return new Promise((_, reject) => {
            failFirst = reject
          })
        }
        taken.add(push.seq)
        return Promise.resolve({ ok: true, applied: true, refused: [], register: false })
      },
    },
  })
  const push = () => {
    counter.add(1)
    return sender.push({}, 'default', () => reader.collect())
  }
  const first = push()
  await expect.poll(() => failFirst).toBeDefined()
  for (let later = 0; later < 40; later++) expect((await push()).dropped).toEqual({})
  failFirst?.(new Error('lost'))
  expect((await first).dropped).toEqual({})
  expect(await push()).toMatchObject({ dropped: {}, pending: 0 })
  expect(taken.has(1)).toBe(true)
})
