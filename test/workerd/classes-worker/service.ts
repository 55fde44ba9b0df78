import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Env } from './env.ts'

export class ServiceEntrypoint extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === '/fail') {
      throw new RangeError('no service')
    }
    return new Response('served')
  }

  async add(a: number, b: number): Promise<number> {
    return this.sum(a, b)
  }

  sum(a: number, b: number): number {
    return a + b
  }

  /** Worker → service → Durable Object. */
  async visit(name: string): Promise<string> {
    return this.env.ROOM.getByName('visited').hello(name)
  }
}
