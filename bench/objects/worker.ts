import { DurableObject } from 'cloudflare:workers'
import { instrumentDurableObject, type ObservabilityOptions } from 'hono-observability'

interface Env {
  ROOM: DurableObjectNamespace<RoomObject>
}

const options: ObservabilityOptions = {
  service: { name: 'bench' },
  logs: false,
  metrics: { temporality: 'delta' },
}

/** When the object was kept awake: by each promise that it waits for, in milliseconds. */
const awake: [fromMs: number, toMs: number][] = []

class RoomObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const wait = ctx.waitUntil.bind(ctx)
    const value = (promise: Promise<unknown>): void => {
      const fromMs = Date.now()
      wait(promise.finally(() => awake.push([fromMs, Date.now()])))
    }
    Object.defineProperty(ctx, 'waitUntil', { configurable: true, value })
  }

  async hello(): Promise<string> {
    return 'hello'
  }

  async report(): Promise<[number, number][]> {
    return awake.splice(0)
  }
}

export const Room = instrumentDurableObject(RoomObject, options)

// Not instrumented: the object alone is measured.
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const room = env.ROOM.getByName('a')
    const isReport = new URL(request.url).pathname === '/report'
    return Response.json(isReport ? await room.report() : await room.hello())
  },
}
