import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Fetch = (request: Request) => Response | Promise<Response>

interface Runtimes {
  Deno?: {
    serve(
      options: { port: number; hostname: string; onListen(address: { port: number }): void },
      fetch: Fetch,
    ): { shutdown(): Promise<void> }
  }
  Bun?: {
    serve(options: { port: number; hostname: string; fetch: Fetch }): {
      port: number
      stop(): Promise<void>
    }
  }
}

const hostname = '127.0.0.1'
const say = ({ port }: { port: number }): void => console.log(`port ${port}`)

/** Serves on the runtime's own server and says on which port. Returns how to stop, once requests have ended. */
export function serve(fetch: Fetch): () => Promise<void> {
  const { Deno, Bun } = globalThis as unknown as Runtimes
  if (Deno) {
    const server = Deno.serve({ port: 0, hostname, onListen: say }, fetch)
    return () => server.shutdown()
  }
  if (Bun) {
    const server = Bun.serve({ port: 0, hostname, fetch })
    say(server)
    return () => server.stop()
  }
  return serveOnNode(fetch)
}

function serveOnNode(fetch: Fetch): () => Promise<void> {
  const server = createServer(async ({ url, method = 'GET', headers }, outgoing) => {
    const init = { method, headers: headers as Record<string, string> }
    const { host = hostname } = headers
    const response = await fetch(new Request(`http://${host}${url}`, init))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    const reader = response.body?.getReader()
    outgoing.on('close', () => reader?.cancel().catch(() => {}))
    try {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        outgoing.write(part.value)
      }
      outgoing.end()
    } catch {
      outgoing.destroy()
    }
  })
  server.listen(0, hostname, () => say(server.address() as AddressInfo))
  return () => new Promise((resolve) => server.close(() => resolve()))
}
