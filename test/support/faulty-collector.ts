import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { selfSignedCertificate } from './faulty-collector-certificate.ts'
import { type Sink, startSink } from './otlp-sink.ts'

/** What becomes of connections, before a receiver sees a request. */
export type Wire =
  /** They reach it. */
  | 'open'
  /** Nobody listens on the port. */
  | 'refuses'
  /** Each is reset (RST) as soon as it is made. */
  | 'resets'
  /** Each is reset once 1,000 bytes have come. */
  | 'resets in mid-request'
  /** Accepted, and nothing read or written. */
  | 'silent'
  /** Answered, a byte a second. */
  | 'drips'
  /** Answered in another protocol. */
  | 'speaks another protocol'
  /** TLS, with a certificate that nobody knows. */
  | 'is not trusted'

/** A receiver whose network is at our command. What the receiver itself answers, its `sink` says. */
export interface FaultyCollector {
  /** Without a trailing slash; `http`. */
  readonly url: string
  readonly port: number
  readonly sink: Sink
  /** From now on. Connections that are there are reset when it changes. */
  setWire(wire: Wire): Promise<void>
  close(): Promise<void>
}

const MID_REQUEST_BYTES = 1000

/** Starts a receiver on a port of 127.0.0.1 that stays the same, whatever becomes of its network. */
export async function startFaultyCollector(): Promise<FaultyCollector> {
  const sink = await startSink()
  const sockets = new Set<Socket>()
  let wire: Wire = 'open'
  let port = 0

  const listen = async (): Promise<Server> => {
    const server =
      wire === 'is not trusted'
        ? createTlsServer(selfSignedCertificate(), pass)
        : createServer((socket) => HANDLE[wire]?.(socket))
    // Below TLS too, whose own sockets come only after the handshake.
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
    await promise
    port = (server.address() as AddressInfo).port
    return server
  }

  const hangUp = async (server: Server | undefined): Promise<void> => {
    if (!server) return
    const { promise, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    for (const socket of sockets) socket.resetAndDestroy()
    await promise
  }

  function pass(socket: Socket): void {
    const behind = connect(Number(new URL(sink.url).port), '127.0.0.1')
    behind.on('error', () => {}).on('close', (hadError) => end(socket, hadError))
    socket.on('error', () => {}).on('close', () => behind.destroy())
    // The receiver's resets are resets here.
    socket.pipe(behind).pipe(socket, { end: false })
  }

  const HANDLE: Partial<Record<Wire, (socket: Socket) => void>> = {
    open: pass,
    resets: (socket) => socket.resetAndDestroy(),
    'resets in mid-request': resetInMidRequest,
    silent: (socket) => socket.pause(),
    drips: drip,
    'speaks another protocol': (socket) => socket.end('220 mail.example ESMTP\r\n'),
  }

  let server: Server | undefined = await listen()
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    sink,
    async setWire(next) {
      if (next === wire) return
      await hangUp(server)
      wire = next
      server = wire === 'refuses' ? undefined : await listen()
    },
    async close() {
      await Promise.all([hangUp(server), sink.close()])
    },
  }
}

function end(socket: Socket, isReset: boolean): void {
  if (isReset && 'encrypted' in socket === false) socket.resetAndDestroy()
  else socket.end()
}

function resetInMidRequest(socket: Socket): void {
  let received = 0
  socket.on('data', ({ length }) => {
    received += length
    if (received >= MID_REQUEST_BYTES) socket.resetAndDestroy()
  })
}

function drip(socket: Socket): void {
  let sent = 0
  socket.resume()
  const timer = setInterval(() => socket.write('HTTP/1.1 200 OK\r\n'.charAt(sent++)), 1000)
  socket.on('close', () => clearInterval(timer))
}
