import { DurableObject } from 'cloudflare:workers'
import { createViewer, durableSql, type Viewer } from '../../../viewer/index.ts'

/** A viewer in a Durable Object, with the settings of the first request. */
export class Store extends DurableObject {
  #viewer: Viewer | undefined

  fetch(request: Request): Promise<Response> {
    const options = JSON.parse(request.headers.get('x-options') ?? '{}')
    this.#viewer ??= createViewer({ ...options, sql: durableSql(this.ctx.storage), hosts: 'any' })
    return this.#viewer.fetch(request)
  }
}

interface Env {
  STORE: { getByName(name: string): { fetch(request: Request): Promise<Response> } }
}

export default {
  fetch: (request: Request, { STORE }: Env): Promise<Response> =>
    STORE.getByName(request.headers.get('x-store') ?? '').fetch(request),
}
