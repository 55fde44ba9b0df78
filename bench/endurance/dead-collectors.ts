/** A thread with collectors: one that accepts and never answers, one that answers 503, and one that is well. */
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { parentPort } from 'node:worker_threads'

const portOf = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const silent = createServer((socket) => {
  socket.resume().on('error', () => socket.destroy())
})
const answering = (status: number): Server =>
  createHttpServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}'))
  })

parentPort?.postMessage({
  silent: await portOf(silent),
  unavailable: await portOf(answering(503)),
  alive: await portOf(answering(200)),
})
