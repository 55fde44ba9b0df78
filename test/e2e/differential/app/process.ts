import type { Env, Runtime } from '../routes/group.ts'
import { makeFetch } from './entry.ts'
import { serveOnNode } from './serve-on-node.ts'
import type { Variant } from './variants.ts'

interface Servers {
  Deno?: {
    serve(
      options: { port: number; hostname: string; onListen(at: { port: number }): void },
      fetch: (request: Request) => Promise<Response>,
    ): unknown
  }
  Bun?: {
    serve(options: object): { port: number; upgrade(request: Request): boolean }
  }
}

const { Deno, Bun } = globalThis as unknown as Servers
const runtime: Runtime = Deno ? 'deno' : Bun ? 'bun' : 'node'
const fetch = makeFetch(runtime, process.env.VARIANT as Variant)
const env = { UPSTREAM: process.env.UPSTREAM } as Env

const hostname = '127.0.0.1'
const say = ({ port }: { port: number }): void => console.log(`port ${port}`)

if (Deno) {
  Deno.serve({ port: 0, hostname, onListen: say }, (request) => fetch(request, env))
} else if (Bun) {
  say(
    Bun.serve({
      port: 0,
      hostname,
      development: false,
      fetch: (request: Request, server: object) => fetch(request, { ...env, server } as Env),
      websocket: {
        message(socket: WebSocket, message: string) {
          if (message === 'bye') {
            socket.close(1000, 'bye')
          } else {
            socket.send(`echo ${message}`)
          }
        },
      },
    }),
  )
} else {
  serveOnNode((request, more) => fetch(request, { ...env, ...more }), hostname, say)
}
