import type { ServerResponse } from 'node:http'
import { type C, type Group, sleep } from './group.ts'

/** As Hono's server for Node has it: kept, and returned by every handler that answers by itself. */
const ALREADY_SENT = new Response(null, { headers: { 'x-hono-already-sent': 'true' } })

const outgoing = ({ env }: C): ServerResponse =>
  (env as unknown as { outgoing: ServerResponse }).outgoing

/** Answers of Node's own. */
export const node: Group = {
  path: '/node',
  on: ['node'],
  register: (app) => {
    app.get('/node/sent', (c) => {
      outgoing(c).writeHead(201, { 'X-Sent': 'by Node' }).end('sent')
      return ALREADY_SENT
    })
    app.get('/node/sent-late', async (c) => {
      const to = outgoing(c)
      to.writeHead(404, { 'Content-Type': 'text/plain' })
      to.write('one ')
      await sleep(15)
      to.end('two')
      return ALREADY_SENT
    })
    app.get('/node/sent-after', (c) => {
      setTimeout(() => outgoing(c).writeHead(202).end('after'), 15)
      return ALREADY_SENT
    })
  },
  requests: {
    'sent by the handler': { path: '/node/sent' },
    'sent by the handler, a second time': { path: '/node/sent' },
    'sent in parts': { path: '/node/sent-late' },
    'sent after the handler': { path: '/node/sent-after' },
  },
}
