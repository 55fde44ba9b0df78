import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A running HTTP server on 127.0.0.1. */
export interface Listener {
  url: string
  port: number
  /** Stops it and cuts open connections. */
  close: () => Promise<void>
}

/** Starts `server` on a port of 127.0.0.1; 0 picks a free one. Rejects if it is taken. */
export function listen(server: Server, port: number): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const { port: actual } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${actual}`,
        port: actual,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
