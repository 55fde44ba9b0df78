import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { load } from '../../support/load.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, host, resolve))
  const { port, family } = started.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString()
}

describe('load', () => {
  it('sends exactly as many requests as asked, at most so many at once', async () => {
    let underWay = 0
    let most = 0
    const paths: (string | undefined)[] = []
    const url = await serve((request, response) => {
      paths.push(request.url)
      most = Math.max(most, ++underWay)
      setTimeout(() => {
        underWay--
        response.end()
      }, 2)
    })
    const result = await load({ url, requests: 50, clients: 4, path: (index) => `/${index}` })
    expect(paths.toSorted()).toEqual(Array.from({ length: 50 }, (_, i) => `/${i}`).toSorted())
    expect(most).toBe(4)
    expect(result.statuses).toEqual(new Map([[200, 50]]))
    expect(result.errors).toBe(0)
  })

  it('keeps its connections', async () => {
    const url = await serve((_, response) => response.end('ok'))
    let connections = 0
    server?.on('connection', () => connections++)
    await load({ url, requests: 60, clients: 3 })
    expect(connections).toBe(3)
  })

  it('sends method, headers and body', async () => {
    const received: unknown[] = []
    const url = await serve(async (request, response) => {
      received.push([request.method, request.headers['x-a'], await textOf(request)])
      response.end()
    })
    const common = { url, requests: 1, clients: 1, headers: { 'x-a': '1' } }
    await load(common)
    await load({ ...common, body: 'hello' })
    await load({ ...common, method: 'PUT', body: Buffer.from('bytes') })
    expect(received).toEqual([
      ['GET', '1', ''],
      ['POST', '1', 'hello'],
      ['PUT', '1', 'bytes'],
    ])
  })

  it('counts statuses, and as errors what has no whole response', async () => {
    const url = await serve((request, response) => {
      const index = Number(request.url?.slice(1))
      if (index === 0) request.socket.destroy()
      else if (index === 1) response.writeHead(200, { 'content-length': 10 }).write('half')
      else response.writeHead(index === 2 ? 503 : 200).end()
      if (index === 1) setTimeout(() => request.socket.destroy(), 20)
    })
    const { statuses, errors, latenciesMs } = await load({
      url,
      requests: 5,
      clients: 1,
      path: (index) => `/${index}`,
    })
    expect(statuses).toEqual(
      new Map([
        [503, 1],
        [200, 2],
      ]),
    )
    expect(errors).toBe(2)
    expect([...latenciesMs].map(Number.isNaN)).toEqual([true, true, false, false, false])
  })

  it('gives up on a request at its time limit', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/1') response.write('never the end')
    })
    const { errors, seconds } = await load({
      url,
      requests: 2,
      clients: 2,
      timeoutMs: 60,
      path: (index) => `/${index}`,
    })
    expect(errors).toBe(2)
    expect(seconds).toBeGreaterThan(0.05)
    expect(seconds).toBeLessThan(1)
  })

  it('measures time', async () => {
    const url = await serve((_, response) => setTimeout(() => response.end(), 30))
    const { latenciesMs, seconds } = await load({ url, requests: 4, clients: 2 })
    expect(Math.min(...latenciesMs)).toBeGreaterThan(25)
    expect(seconds).toBeGreaterThan(0.055)
  })

  it('reaches localhost by name', async () => {
    const url = await serve((_, response) => response.end())
    const byName = url.replace('127.0.0.1', 'localhost')
    expect((await load({ url: byName, requests: 1, clients: 1 })).errors).toBe(0)
  })

  it('reaches IPv6 loopback', async () => {
    const url = await serve((_, response) => response.end(), '::1')
    expect((await load({ url, requests: 1, clients: 1 })).errors).toBe(0)
  })

  it.each([
    'http://example.com',
    'http://10.0.0.1:80',
    'http://192.168.0.1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::2]:80',
    'https://127.0.0.1',
    'http://0.0.0.0:80',
  ])('refuses to load %s', async (url) => {
    await expect(load({ url, requests: 1, clients: 1 })).rejects.toThrow(
      'must be http and on loopback',
    )
  })
})
