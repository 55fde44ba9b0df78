import { DurableObject, env } from 'cloudflare:workers'
import { answerCall } from '../routes/workerd.ts'
import { makeFetch } from './entry.ts'
import type { Variant } from './variants.ts'

const fetch = makeFetch('workerd', (env as { VARIANT: Variant }).VARIANT)

/** Answers requests, and echoes messages of WebSockets. */
export class Room extends DurableObject {
  override fetch(request: Request): Promise<Response> | Response {
    if (request.headers.get('upgrade') !== 'websocket') {
      return answerCall(request)
    }
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }
  override webSocketMessage(socket: WebSocket, message: string): void {
    if (message === 'bye') {
      socket.close(1000, 'bye')
    } else {
      socket.send(`echo ${message}`)
    }
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason)
  }
}

export default { fetch }
