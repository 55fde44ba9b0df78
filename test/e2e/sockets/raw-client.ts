import { connect } from 'node:net'

/** A frame as a client sends it, masked with zeros. */
export const frame = (opcode: number, payload: string | Buffer): Buffer => {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
}

export const text = (payload: string): Buffer => frame(1, payload)
export const binary = (...bytes: number[]): Buffer => frame(2, Buffer.from(bytes))

export const close = (code: number, reason = ''): Buffer =>
  frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))

const upgrade = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** How long an answer may take, which need not come. */
const ANSWER_MS = 250

/** Frames that belong together may come one after the other. */
const BETWEEN_MS = 20

/** All that a server says, byte by byte, to a client that sends frames, each after an answer, and then hangs up. */
export const exchange = async (
  url: string,
  path: string,
  frames: readonly Buffer[],
): Promise<string> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const said: Buffer[] = []
  let hear = (): void => {}
  const closed = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
  socket.on('data', (data) => {
    said.push(data)
    hear()
  })
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  for (const each of [upgrade(path), ...frames]) {
    const answered = new Promise<void>((resolve) => {
      hear = resolve
    })
    socket.write(each)
    await Promise.race([answered, sleep(ANSWER_MS), closed])
    await sleep(BETWEEN_MS)
  }
  socket.end()
  await closed
  return Buffer.concat(said)
    .toString('latin1')
    .replace(/^date: .*\r\n/im, '')
}
