import { instrumentDurableObject } from 'hono-observability'
import { expect, it } from 'vitest'
import { recorded } from './run-class.ts'

class RoomObject {
  readonly ctx: object
  readonly env: object

  constructor(ctx: object, env: object) {
    this.ctx = ctx
    this.env = env
  }

  fetch(): Response {
    return new Response('well')
  }
}

it('an object leaves no span of a probe of a path that it ignores', async () => {
  const { options, names } = recorded({ http: { ignore: ['/livez'] } })
  const Room = instrumentDurableObject(RoomObject, options)
  const room = new Room({ waitUntil: () => {}, storage: {} }, {}) as unknown as {
    fetch(request: Request): Promise<Response>
  }
  for (const path of ['/livez', '/other']) {
    expect(await (await room.fetch(new Request(`http://object${path}`))).text()).toBe('well')
  }
  expect(names()).toEqual(['GET'])
})
