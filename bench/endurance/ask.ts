import { connect, type Socket } from 'node:net'

interface Asking {
  /** Of a server on this machine. */
  url: string
  path: string
  requests: number
  /** One request at a time on each. */
  connections: number
}

/**
 * Asks so often, and resolves with the seconds that it took. By hand over sockets, since Node's own client needs more of
 * a core than what it asks. Rejects unless every answer is 200 and says how long it is.
 */
export const ask = async ({ url, path, requests, connections }: Asking): Promise<number> => {
  const { hostname, port, host } = new URL(url)
  const text = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  let left = requests
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true })
      let isAsked = false
      const next = (): void => {
        isAsked = left-- > 0
        if (isAsked) socket.write(text)
        else socket.end()
      }
      socket.on('connect', next)
      socket.on('close', () =>
        isAsked ? reject(new Error('Cannot measure: a connection was closed')) : resolve(),
      )
      socket.on('error', reject)
      onAnswers(socket, next, reject)
    })
  const startMs = performance.now()
  await Promise.all(Array.from({ length: connections }, client))
  return (performance.now() - startMs) / 1000
}

const onAnswers = (socket: Socket, next: () => void, reject: (error: Error) => void): void => {
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const headEnd = received.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const [, length] = /\r\nContent-Length: (\d+)\r\n/i.exec(received) ?? []
    if (!received.startsWith('HTTP/1.1 200 ') || length === undefined) {
      socket.destroy()
      reject(new Error(`Cannot measure: answered ${received.slice(0, headEnd)}`))
    } else if (received.length >= headEnd + 4 + Number(length)) {
      received = ''
      next()
    }
  })
}
