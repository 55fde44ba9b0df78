import { DurableObject } from 'cloudflare:workers'

export class Room extends DurableObject {
  async fetch(request) {
    return new Response(null, { status: new URL(request.url).pathname === '/' ? 204 : 404 })
  }

  async ping() {
    return 'pong'
  }

  async broken() {
    throw new Error('secret of the room')
  }
}
