import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { gzip } from '../../../../src/export/otlp/gzip.ts'
import type { Payload } from '../../../../src/export/otlp/payload.ts'

const LARGE = JSON.stringify(Array.from({ length: 500 }, (_, i) => `größe ${i}`))

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a body', () => {
  it.each<[string, Payload['body']]>([
    ['text', LARGE],
    ['bytes', new TextEncoder().encode(LARGE)],
  ])('of %s is compressed in place', async (_, body) => {
    const payload: Payload = { body, contentType: 'text/plain' }
    await gzip(payload)
    expect(payload.isGzipped).toBe(true)
    expect(payload.body.length).toBeLessThan(LARGE.length / 2)
    expect(gunzipSync(payload.body as Uint8Array).toString()).toBe(LARGE)
  })

  it('of some megabytes arrives whole', async () => {
    const body = new Uint8Array(8_000_000).map((_, i) => (i * i) >> 3)
    const payload: Payload = { body, contentType: 'text/plain' }
    await gzip(payload)
    expect(gunzipSync(payload.body as Uint8Array).equals(body)).toBe(true)
  })

  it('is compressed once, however often it is sent', async () => {
    const payload: Payload = {
      body: crypto.getRandomValues(new Uint8Array(3000)),
      contentType: 'text/plain',
    }
    await gzip(payload)
    const { body } = payload
    await gzip(payload)
    expect(payload.body).toBe(body)
  })

  it.each([
    [1399, undefined],
    [1400, true],
  ])('of %i bytes: %s', async (length, isGzipped) => {
    const payload: Payload = { body: 'x'.repeat(length), contentType: 'text/plain' }
    await gzip(payload)
    expect(payload.isGzipped).toBe(isGzipped)
  })
})

describe('where bodies cannot be compressed', () => {
  it.each<[string, unknown]>([
    ['there is no CompressionStream', undefined],
    [
      'CompressionStream throws',
      class {
        constructor() {
          throw new TypeError('unsupported')
        }
      },
    ],
    [
      'CompressionStream breaks off',
      class extends TransformStream {
        constructor() {
          super({
            transform() {
              throw new Error('broken')
            },
          })
        }
      },
    ],
  ])('because %s, they stay as they are, with one warning', async (_, CompressionStream) => {
    // A new copy of the module, because a warning is given once for its whole life.
    vi.resetModules()
    const { gzip } = await import('../../../../src/export/otlp/gzip.ts')
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    vi.stubGlobal('CompressionStream', CompressionStream)
    const payload: Payload = { body: LARGE, contentType: 'text/plain' }
    await gzip(payload)
    await gzip(payload)
    expect(payload).toEqual({ body: LARGE, contentType: 'text/plain' })
    expect(warn.mock.calls).toEqual([[expect.stringContaining('requests are not compressed')]])
  })
})
