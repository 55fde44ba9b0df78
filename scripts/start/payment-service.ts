import { createServer } from 'node:http'
import { type Listener, listen } from './listen.ts'
import { readBody } from './read-body.ts'

const DELAY_MS = 20
const MAX_BODY_BYTES = 64 * 1024

/** Starts the service that the shop pays at: it accepts every payment after a moment. */
export function startPaymentService(): Promise<Listener> {
  let count = 0
  const server = createServer(async (request, response) => {
    await readBody(request, MAX_BODY_BYTES).catch(() => '')
    const known = request.method === 'POST' && request.url === '/payments'
    setTimeout(() => {
      response.writeHead(known ? 201 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(known ? { paymentId: `pay_${++count}` } : { error: 'no route' }))
    }, DELAY_MS)
  })
  return listen(server, 0)
}
