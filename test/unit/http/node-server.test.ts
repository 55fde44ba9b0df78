import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { caughtApp } from './caught-app.ts'

type Init = { status?: number; headers?: HeadersInit } | undefined

const cache = Symbol('cache')
const getResponseCache = Symbol('getResponseCache')
const responseCache = Symbol('responseCache')
const Native = globalThis.Response

/** As @hono/node-server's: sent by its parts, unless somebody has asked for more than its headers. */
class Light {
  declare [cache]: [status: number, body: BodyInit | null, headers: unknown]
  declare [responseCache]: Response | undefined
  readonly #body: BodyInit | null
  readonly #init: Init

  constructor(body: BodyInit | null = null, init?: Init) {
    this.#body = body
    const other = init instanceof Light ? init : undefined
    this.#init = other ? other.#init : init
    this[cache] = [init?.status ?? 200, body, other ? new Headers(other.headers) : init?.headers]
  }

  [getResponseCache](): Response {
    const headers = this[cache]?.[2]
    Reflect.deleteProperty(this, cache)
    const live = headers instanceof Headers ? { headers } : {}
    this[responseCache] ??= new Native(this.#body, { ...this.#init, ...live })
    return this[responseCache]
  }

  get headers(): Headers {
    const kept = this[cache]
    if (!kept) {
      return this[getResponseCache]().headers
    }
    if (!(kept[2] instanceof Headers)) {
      const own = kept[1] === null ? undefined : { 'content-type': 'text/plain; charset=UTF-8' }
      kept[2] = new Headers((kept[2] as HeadersInit | undefined) ?? own)
    }
    return kept[2] as Headers
  }

  get status(): number {
    return this[cache]?.[0] ?? this[getResponseCache]().status
  }

  get body(): ReadableStream | null {
    return this[getResponseCache]().body
  }
}
Object.setPrototypeOf(Light, Native)
Object.setPrototypeOf(Light.prototype, Native.prototype)

beforeEach(() => vi.stubGlobal('Response', Light))
afterEach(() => vi.unstubAllGlobals())

const sentBy = async (
  http: object,
  respond: () => Response,
): Promise<{ sent: Light; headers: unknown }> => {
  const { app } = caughtApp({ http }, (own) => own.get('/', respond))
  const sent = (await app.fetch(new Request('http://shop.test/'))) as unknown as Light
  return { sent, headers: sent[cache]?.[2] }
}

const stream = (): ReadableStream =>
  new ReadableStream({
    pull(controller) {
      controller.close()
    },
  })

it.each<[string, () => BodyInit]>([
  ['text', () => 'hi'],
  ['empty text', () => ''],
  ['bytes', () => new Uint8Array(3)],
  ['a stream', stream],
])('on @hono/node-server, nobody asks for the headers of %s that has none', async (_what, make) => {
  const { headers } = await sentBy({ requestIdHeader: false }, () => new Response(make()))
  expect(headers).toBeUndefined()
})

it('on @hono/node-server, a list of headers stays a list', async () => {
  const list: HeadersInit = [['X-Own', '1']]
  const { headers } = await sentBy(
    { requestIdHeader: false },
    () => new Response('hi', { headers: list }),
  )
  expect(headers).toBe(list)
})

it('on @hono/node-server, the very response is sent where nothing is added', async () => {
  const own = new Response('hi')
  const { sent } = await sentBy({ requestIdHeader: false }, () => own)
  expect(sent).toBe(own)
})

it('on @hono/node-server, a response of the runtime’s own gets a header in another of these', async () => {
  const { sent } = await sentBy({}, () => new Native('hi'))
  expect(Object.getPrototypeOf(sent)).toBe(Native.prototype)
  expect(sent.headers.get('x-request-id')).not.toBeNull()
})

it('on @hono/node-server, an error of the network stays one', async () => {
  const error = Native.error()
  const { sent } = await sentBy({}, () => error)
  expect(sent).toBe(error)
})

it('on @hono/node-server, a header of ours leaves the others spelled as they are', async () => {
  const { headers } = await sentBy({}, () => new Response('hi'))
  expect(headers).toEqual({
    'Content-Type': 'text/plain; charset=UTF-8',
    'x-request-id': expect.any(String),
  })
})

it.each([{}, { headers: { 'X-Own': '1' } }])(
  'on @hono/node-server, who asks for the body afterwards finds a header of ours in %j',
  async (init) => {
    const { sent } = await sentBy({}, () => new Response('hi', init))
    expect(sent.body).not.toBeNull()
    expect(sent.headers.get('x-request-id')).not.toBeNull()
    expect(sent.headers.get('x-own')).toBe(init.headers ? '1' : null)
  },
)

it('on @hono/node-server, what outer middleware made of the headers stays', async () => {
  const { sent } = await sentBy({}, () => new Response('hi'))
  sent.headers.set('x-request-id', 'own')
  expect(sent.body).not.toBeNull()
  expect(sent.headers.get('x-request-id')).toBe('own')
})
