import { expect, it } from 'vitest'
import { readAtMost } from '../../../src/otlp/read-at-most.ts'

const encoder = new TextEncoder()

it('reads a short body to its end', async () => {
  expect(await readAtMost(new Response('größe').body as ReadableStream, 100)).toBe('größe')
  expect(await readAtMost(null, 100)).toBe('')
})

it('stops reading an endless body, and cancels it', async () => {
  let cancelled = false
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(encoder.encode('x'.repeat(1000))),
    cancel() {
      cancelled = true
    },
  })
  const text = await readAtMost(endless, 10_000)
  expect(text.length).toBeLessThanOrEqual(11_000)
  expect(cancelled).toBe(true)
})

it('keeps what came before a body broke off', async () => {
  let pulls = 0
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (++pulls > 1) {
        throw new Error('connection lost')
      }
      controller.enqueue(encoder.encode('start'))
    },
  })
  expect(await readAtMost(broken, 100)).toBe('start')
})
