/**
 * The app of bench/workerd on Node, Deno or Bun, with the telemetry that VARIANT names. Prints its port and process id.
 */
import type { Hono } from 'hono'
import { newApp } from '../workerd/app.ts'
import { useVariant } from './variants.ts'

type Fetch = (request: Request) => Response | Promise<Response>

interface Runtimes {
  Deno?: {
    serve(
      options: { port: number; hostname: string; onListen(address: { port: number }): void },
      fetch: Fetch,
    ): unknown
  }
  Bun?: { serve(options: { port: number; hostname: string; fetch: Fetch }): { port: number } }
}

const say = (port: number): void => console.error(JSON.stringify({ port, pid: process.pid }))

const app = newApp() as unknown as Hono
await useVariant(app, process.env.VARIANT ?? 'bare')
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id'), status: 'paid', total: 1999 }))

const { Deno, Bun } = globalThis as unknown as Runtimes
const hostname = '127.0.0.1'
if (Deno) {
  Deno.serve({ port: 0, hostname, onListen: ({ port }) => say(port) }, (request) =>
    app.fetch(request),
  )
} else if (Bun) {
  say(Bun.serve({ port: 0, hostname, fetch: (request) => app.fetch(request) }).port)
} else {
  const { serve } = await import('@hono/node-server')
  serve({ fetch: app.fetch, port: 0, hostname }, ({ port }) => say(port))
}
