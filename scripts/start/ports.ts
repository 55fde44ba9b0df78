import { createServer } from 'node:net'

// A program that listens on all addresses does not always keep another from taking one of them.
const HOSTS = ['127.0.0.1', '::1', '0.0.0.0']

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has no such address to be taken.
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES')
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Whether nothing listens on `port` of this machine. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of HOSTS) if (!(await canListen(port, host))) return false
  return true
}
