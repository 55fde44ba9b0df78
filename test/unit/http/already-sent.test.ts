import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { caughtApp } from './caught-app.ts'

/** What @hono/node-server has its apps return: one object for all requests. */
const RESPONSE_ALREADY_SENT = new Response(null, { headers: { 'x-hono-already-sent': 'true' } })

const servers: ReturnType<typeof createServer>[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** The app on a server of Node's, which hands over its own response as @hono/node-server does. */
const serve = async (respond: (outgoing: ServerResponse) => void) => {
  const caught = caughtApp({ http: { responseHeaders: [] } }, (app) => {
    app.get('/sent/:id', (c) => {
      respond((c.env as { outgoing: ServerResponse }).outgoing)
      return RESPONSE_ALREADY_SENT
    })
  })
  const returned: Response[] = []
  const server = createServer(async ({ url }, outgoing) => {
    const request = new Request(`http://shop.test${url}`)
    returned.push(await caught.app.fetch(request, { outgoing }))
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { ...caught, returned, port: (server.address() as AddressInfo).port }
}

const ended = async (lines: unknown[]): Promise<void> => {
  for (let i = 0; i < 200 && !lines.length; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

it.each<[string, (outgoing: ServerResponse) => void]>([
  [
    'at once',
    (outgoing) => void outgoing.setHeader('X-Request-ID', 'own').writeHead(418).end('tea'),
  ],
  [
    'after the handler returned',
    (outgoing) =>
      void setTimeout(
        () => outgoing.setHeader('X-Request-ID', 'own').writeHead(418).end('tea'),
        20,
      ),
  ],
])(
  'what a handler sends through Node’s own response %s has the status that was sent',
  async (_when, respond) => {
    const { lines, returned, port } = await serve(respond)
    const response = await fetch(`http://127.0.0.1:${port}/sent/1`)
    expect([response.status, await response.text()]).toEqual([418, 'tea'])
    await ended(lines)
    expect(lines).toMatchObject([
      {
        message: 'GET /sent/:id 418',
        'http.response.status_code': 418,
        outcome: 'ok',
        request_id: 'own',
      },
    ])
    expect(returned).toEqual([RESPONSE_ALREADY_SENT])
    expect([...RESPONSE_ALREADY_SENT.headers]).toEqual([['x-hono-already-sent', 'true']])
  },
)

it('a client that leaves before Node’s own response is complete is a cancellation', async () => {
  const { lines, port } = await serve((outgoing) => void outgoing.writeHead(200).write('first'))
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /sent/2 HTTP/1.1\r\nHost: shop.test\r\n\r\n')
  await once(socket, 'data')
  socket.destroy()
  await ended(lines)
  expect(lines).toMatchObject([{ message: 'GET /sent/:id 200', outcome: 'cancel' }])
})
