import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

const END = '\r\n\r\n'

const isWhole = (text: string): boolean => {
  const end = text.indexOf(END)
  const head = text.slice(0, end)
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return (
    end >= 0 &&
    (/transfer-encoding: chunked/i.test(head)
      ? text.endsWith(`0${END}`)
      : text.length >= end + END.length + length)
  )
}

const answer = (socket: Socket): void => {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk
    if (isWhole(text)) {
      const body = text
      text = ''
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close${END}${body}`,
      )
    }
  })
}

/** Answers each request with its own bytes, as they came from the socket. */
export const startEcho = async (): Promise<{ url: string; close(): void }> => {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/path?query`, close: () => server.close() }
}
