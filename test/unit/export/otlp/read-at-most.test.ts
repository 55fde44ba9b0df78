import { expect, it } from 'vitest'
import { readAtMost } from '../../../../src/export/otlp/read-at-most.ts'

const encoder = new TextEncoder()

const read = async (body: ReadableStream | null, maxBytes: number): Promise<string> =>
  new TextDecoder().decode(await readAtMost(body, maxBytes))

it('reads a short body to its end', async () => {
  expect(await read(new Response('größe').body as ReadableStream, 100)).toBe('größe')
  expect(await read(null, 100)).toBe('')
})

it('stops reading an endless body, and cancels it', async () => {
  let cancelled = false
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(encoder.encode('x'.repeat(1000))),
    cancel() {
      cancelled = true
    },
  })
  const text = await read(endless, 10_000)
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
  expect(await read(broken, 100)).toBe('start')
})
