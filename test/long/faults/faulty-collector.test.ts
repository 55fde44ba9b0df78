import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type FaultyCollector,
  startFaultyCollector,
  type Wire,
} from '../../support/faulty-collector.ts'

let collector: FaultyCollector

beforeAll(async () => {
  collector = await startFaultyCollector()
})

afterAll(async () => {
  await collector?.close()
})

/** The status, or the code of the error, or `timeout` after 1.5 s. */
const post = (bytes: number, request: typeof httpRequest = httpRequest): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const options = { host: '127.0.0.1', port: collector.port, method: 'POST', agent: false } as const
  const signal = AbortSignal.timeout(1500)
  const outgoing = request({ ...options, signal }, (response) => {
    resolve(response.statusCode)
    response.resume()
  })
  outgoing.on('error', (error) => {
    resolve(signal.aborted ? 'timeout' : (error as NodeJS.ErrnoException).code)
  })
  outgoing.end('x'.repeat(bytes))
  return promise
}

describe('a faulty collector', () => {
  it.each<[Wire, unknown]>([
    ['open', 200],
    ['refuses', 'ECONNREFUSED'],
    ['resets', 'ECONNRESET'],
    ['resets in mid-request', 'ECONNRESET'],
    ['silent', 'timeout'],
    ['drips', 'timeout'],
    ['speaks another protocol', 'HPE_INVALID_CONSTANT'],
  ])('that %s gives %s', async (wire, seen) => {
    await collector.setWire(wire)
    expect(await post(5000)).toBe(seen)
    await collector.setWire('open')
    expect(await post(5000)).toBe(200)
  })

  it('is not trusted by a TLS client, and would answer one that does not care', async () => {
    await collector.setWire('is not trusted')
    expect(await post(1, httpsRequest as typeof httpRequest)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    const carefree = ((options, listener) =>
      httpsRequest(
        { ...(options as object), rejectUnauthorized: false },
        listener as never,
      )) as typeof httpRequest
    expect(await post(1, carefree)).toBe(200)
    await collector.setWire('open')
  })

  it('resets connections that are there when its network changes', async () => {
    await collector.setWire('silent')
    const waiting = post(1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await collector.setWire('open')
    expect(await waiting).toBe('ECONNRESET')
  })

  it('hands on its receiver’s resets', async () => {
    collector.sink.respond = () => ({ reset: 'before headers' })
    expect(await post(1)).toBe('ECONNRESET')
    collector.sink.respond = () => ({})
  })
})
