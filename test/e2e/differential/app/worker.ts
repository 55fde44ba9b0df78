import { answerCall } from '../routes/workerd.ts'
import { makeFetch } from './entry.ts'
import type { Variant } from './variants.ts'

interface State {
  acceptWebSocket(socket: WebSocket): void
}

declare const WebSocketPair: new () => { 0: WebSocket; 1: WebSocket }

/** Answers requests, and echoes messages of WebSockets. */
export class Room {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  fetch(request: Request): Promise<Response> | Response {
    if (request.headers.get('upgrade') !== 'websocket') {
      return answerCall(request)
    }
    const { 0: client, 1: server } = new WebSocketPair()
    this.#state.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client } as ResponseInit)
  }

  webSocketMessage(socket: WebSocket, message: string): void {
    if (message === 'bye') {
      socket.close(1000, 'bye')
    } else {
      socket.send(`echo ${message}`)
    }
  }

  webSocketClose(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason)
  }
}

export default { fetch: makeFetch('workerd', process.env.VARIANT as Variant) }
