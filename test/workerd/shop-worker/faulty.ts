import type { Bindings } from '../../../examples/shop/src/env.ts'
import shop from '../../../examples/shop/src/index.ts'

/**
 * The example, and what a bad day does to it. `PUT /faults/<name>` begins one, `PUT /faults/none` ends it: a deploy
 * would take the isolate along, and the time of its start is not what is tried.
 */
export { Fulfilment, MetricsAggregator, StockRoom } from '../../../examples/shop/src/index.ts'

type Env = Bindings & { readonly CARTS: KVNamespace }

const app = shop as ExportedHandler<Env>

let fault = 'none'
let withoutCarts: Env | undefined

const broken = (): never => {
  throw new Error('KV GET failed: 500 Internal Server Error')
}

/** One object for all requests, as the platform's is. */
const faulty = (env: Env): Env => {
  if (fault !== 'health') return env
  const carts = new Proxy(env.CARTS, { get: () => broken })
  withoutCarts ??= { ...env, CARTS: carts }
  return withoutCarts
}

export default {
  ...app,
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (request.method === 'PUT' && pathname.startsWith('/faults/')) {
      fault = pathname.slice('/faults/'.length)
      return new Response()
    }
    if (fault === 'deploy') throw new TypeError('app.use is not a function')
    return shop.fetch(request, faulty(env), ctx)
  },
  async queue(batch, env, ctx) {
    // It neither ends nor fails, as when delivery is paused.
    while (fault === 'queue') await new Promise((resolve) => setTimeout(resolve, 200))
    return app.queue?.(batch, env, ctx)
  },
} satisfies ExportedHandler<Env>
