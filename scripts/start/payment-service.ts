import { setTimeout } from 'node:timers/promises'
import { type Server, serve } from '../../viewer/node/serve.ts'

const DELAY_MS = 20

/** Starts the service that the shop pays at: it accepts every payment after a moment. */
export function startPaymentService(): Promise<Server> {
  let count = 0
  const pay = async (request: Request): Promise<Response> => {
    await request.arrayBuffer()
    await setTimeout(DELAY_MS)
    const known = request.method === 'POST' && new URL(request.url).pathname === '/payments'
    return known
      ? Response.json({ paymentId: `pay_${++count}` }, { status: 201 })
      : Response.json({ error: 'no route' }, { status: 404 })
  }
  return serve(pay, '127.0.0.1', 0)
}
