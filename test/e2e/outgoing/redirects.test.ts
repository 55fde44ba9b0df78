import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Followed } from './redirects.ts'
import { RUNTIMES, type Running, start } from './start.ts'

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const OURS = ['traceparent', 'tracestate', 'baggage']

/** What runtimes take in ways of their own. */
const STRANGE: Readonly<Record<string, (path: string, origin: string) => string | undefined>> = {
  none: () => undefined,
  empty: () => '',
  broken: () => 'http://',
  data: () => 'data:text/plain,x',
  file: () => 'file:///etc/passwd',
  credentials: (_, origin) => `${origin.replace('://', '://user:password@')}/end`,
  loop: (path) => path,
}

interface Seen {
  origin: string
  path: string
  method: string
  headers: Record<string, string>
}

const listen = async (
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<[Server, string]> => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => answer(request, response, body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
}

describe.each(RUNTIMES)('on %s', (runtime) => {
  let running: Running
  let listed: string
  let other: string
  const servers: Server[] = []
  const seen: Seen[] = []

  const serve = async (place: () => string): Promise<string> => {
    const [server, origin] = await listen((request, response, body) => {
      const { url = '', method = '', headers } = request
      seen.push({ origin, path: url, method, headers: headers as Record<string, string> })
      const [, status, to] = url.split('/')
      if (to) {
        const location = to in STRANGE ? STRANGE[to]?.(url, origin) : '/end'
        response.writeHead(Number(status), {
          ...(to === 'other'
            ? { location: `${place()}/end` }
            : location !== undefined && { location }),
        })
        response.end('moved')
        return
      }
      const own = Object.entries(headers).filter(
        // On Workers, the type of a body that is not sent any more.
        ([name, value]) => !OURS.includes(name) && !String(value).includes('form-urlencoded'),
      )
      response.end(JSON.stringify({ method, headers: own.sort(), body }))
    })
    servers.push(server)
    return origin
  }

  beforeAll(async () => {
    other = await serve(() => '')
    listed = await serve(() => other)
    running = await start(runtime)
  })
  afterAll(async () => {
    await running?.stop()
    for (const server of servers) server.close()
  })

  const ask = async (paths: string[]): Promise<Followed[]> => {
    seen.length = 0
    const query = new URLSearchParams([['listed', listed], ...paths.map((path) => ['path', path])])
    const response = await fetch(`${running.url}/redirects?${query}`, {
      headers: { traceparent: CALLER, tracestate: 'vendor=secret', baggage: 'user=alice' },
    })
    return (await response.json()) as Followed[]
  }

  it('a redirect from a listed origin to another ends as it does without us, and takes nothing of ours there', async () => {
    const results = await ask([301, 302, 303, 307, 308].map((status) => `/${status}/other`))
    expect(results.length).toBeGreaterThan(60)
    expect(results.map(({ name, ours }) => [name, ours])).toEqual(
      results.map(({ name, bare }) => [name, bare]),
    )
    const there = seen.filter(({ origin }) => origin === other)
    expect(there.length).toBeGreaterThan(100)
    const names = there.flatMap(({ headers }) => Object.keys(headers))
    expect(names).not.toContain('baggage')
    expect(names).not.toContain('tracestate')
    // Of bodies that only the runtime can send again.
    const traced = there.filter(({ headers }) => headers.traceparent)
    expect(traced.length).toBeLessThanOrEqual((runtime === 'deno' ? 5 : 4) * 5)
    const direct = seen.filter(({ origin, headers }) => origin === listed && headers.baggage)
    expect(direct.length).toBeGreaterThan(40)
  })

  it('what no receiver redirects is sent as it is without us', async () => {
    const results = await ask(['/end'])
    expect(results.map(({ name, ours }) => [name, ours])).toEqual(
      results.map(({ name, bare }) => [name, bare]),
    )
  })

  it.each(Object.keys(STRANGE))('a redirect to %s ends as it does without us', async (to) => {
    const results = await ask([`/302/${to}`])
    const again = results.filter(({ name }) =>
      /^(GET|HEAD|GET with a fragment|Request|Request for init) \//.test(name),
    )
    expect(again.length).toBeGreaterThan(3)
    expect(again.map(({ name, ours }) => [name, ours])).toEqual(
      again.map(({ name, bare }) => [name, bare]),
    )
  })

  it('a redirect within a listed origin takes the trace and baggage along', async () => {
    const results = await ask(['/302/end'])
    expect(results.map(({ ours }) => ours)).toEqual(results.map(({ bare }) => bare))
    const ends = seen.filter(({ path, headers }) => path === '/end' && headers.traceparent)
    expect(ends.length).toBe(results.filter(({ bare }) => typeof bare === 'object').length)
    expect(ends[0]?.headers.baggage).toBe('user=alice')
    expect(ends[0]?.headers.tracestate).toContain('vendor=secret')
  })
})
