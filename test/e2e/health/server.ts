import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { custom, drainOnSignal, healthRoutes, http } from '../../../src/entries/health.ts'
import { disk, eventLoop, memory, uptime } from '../../../src/entries/process.ts'

type Fetch = (request: Request) => Response | Promise<Response>

interface Runtimes {
  Deno?: {
    serve(
      options: { port: number; onListen(address: { port: number }): void },
      fetch: Fetch,
    ): { shutdown(): Promise<void> }
  }
  Bun?: { serve(options: { port: number; fetch: Fetch }): { port: number; stop(): Promise<void> } }
}

/** Serves on the runtime's own server and says on which port. Returns how to stop. */
function serve(fetch: Fetch): () => unknown {
  const { Deno, Bun } = globalThis as unknown as Runtimes
  const say = ({ port }: { port: number }): void => console.log(`port ${port}`)
  if (Deno) {
    const server = Deno.serve({ port: 0, onListen: say }, fetch)
    return () => server.shutdown()
  }
  if (Bun) {
    const server = Bun.serve({ port: 0, fetch })
    say(server)
    return () => server.stop()
  }
  const server = createServer(async ({ url, method = 'GET', headers }, response) => {
    const { accept = '', authorization = '' } = headers
    const init = { method, headers: { accept, authorization } }
    const { status, headers: answered, body } = await fetch(new Request(`http://node${url}`, init))
    response.writeHead(status, Object.fromEntries(answered))
    for await (const chunk of body ?? []) response.write(chunk)
    response.end()
  })
  server.listen(0, () => say(server.address() as AddressInfo))
  return () => server.close()
}

const { TARGET_URL = '', ON_SIGTERM } = process.env
const app = new Hono()
app.route(
  '/',
  healthRoutes({
    token: 's3cret',
    checks: {
      target: http(TARGET_URL, { timeoutMs: 300, cacheMs: 0 }),
      memory: custom(() => ({ observedValue: 1, observedUnit: 'byte' })),
    },
  }),
)
app.route(
  '/process',
  healthRoutes({
    authorize: () => true,
    checks: {
      memory: memory(),
      full: memory({ limitBytes: 1_000_000 }),
      disk: disk('test', { warnAbove: 1, write: true }),
      nowhere: disk('test/nowhere'),
      // What fails at a share that every disk exceeds.
      crowded: disk('.', { warnAbove: 0, failAbove: 0.000001 }),
      loop: eventLoop({ cacheMs: 0 }),
      uptime: uptime(),
    },
  }),
)
let stop: (() => unknown) | undefined
if (ON_SIGTERM === 'own') process.on('SIGTERM', () => setTimeout(() => process.exit(7), 600))
drainOnSignal({ delayMs: 300, ...(ON_SIGTERM === 'stop' && { onDrained: () => stop?.() }) })
stop = serve((request) => app.fetch(request))
