import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isPortFree } from '../../../scripts/start/ports.ts'

const open: Server[] = []

function occupy(host: string): Promise<number> {
  const server = createServer()
  open.push(server)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))))
})

describe('isPortFree', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('sees a listener on %s', async (host) => {
    expect(await isPortFree(await occupy(host))).toBe(false)
  })

  it('finds a port free again after its listener ended', async () => {
    const port = await occupy('127.0.0.1')
    await new Promise((done) => open.pop()?.close(done))
    expect(await isPortFree(port)).toBe(true)
  })
})
