import { Hono } from 'hono'
import { handleMiddleware, handle as handlePages } from 'hono/cloudflare-pages'
import { handle as handleNetlify } from 'hono/netlify'
import { handle as handleEvent } from 'hono/service-worker'
import { handle as handleVercel } from 'hono/vercel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isWhole, setUp, WHOLE } from './support.ts'

/** What a platform promises: work handed to `waitUntil` is finished, and nothing runs after that. */
class Invocation {
  readonly #work: Promise<unknown>[] = []

  /** Needs its object, as most platforms' own do. */
  waitUntil(work: Promise<unknown>): void {
    this.#work.push(work)
  }

  get used(): boolean {
    return this.#work.length > 0
  }

  async end(): Promise<void> {
    for (let done = 0; done < this.#work.length; done++) {
      await this.#work[done]
    }
  }
}

type World = Awaited<ReturnType<typeof setUp>>

/** An answer in what can be compared, and the end of the invocation. */
interface Asked {
  answer: Response
  end(): Promise<void>
}

interface Home {
  name: string
  variables?: Record<string, string>
  ask(app: Hono, request: Request): Promise<Asked>
  /** How long telemetry may take where there is no end to wait for. */
  isTimed?: boolean
}

const VERCEL = Symbol.for('@vercel/request-context')
const globals = globalThis as Record<PropertyKey, unknown>

/** As `waitUntil` of @vercel/functions finds it: a getter in a global, which is of the request that runs. */
const onVercel = async (invocation: Invocation, call: () => Response | Promise<Response>) => {
  globals[VERCEL] = { get: () => invocation }
  return { answer: await call(), end: () => invocation.end() }
}

/** What Azure's host hands over and takes, by the adapter that Hono's documentation names. */
const onAzure = async (app: Hono, request: Request): Promise<Asked> => {
  const hasBody = !['GET', 'HEAD'].includes(request.method)
  const given = new Request(request.url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    ...(hasBody && { body: request.body, duplex: 'half' }),
  } as RequestInit)
  const { status, headers, body } = await app.fetch(given, process.env)
  const read = async function* () {
    const reader = body?.getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      yield part.value
    }
  }
  // The host reads what it answers with as an async iterable.
  const parts: Uint8Array[] = []
  for await (const part of read()) {
    parts.push(part)
  }
  const hasAnswerBody = status !== 204
  const answer = new Response(hasAnswerBody ? Buffer.concat(parts) : null, { status, headers })
  return { answer, end: async () => {} }
}

const pagesContext = (request: Request, invocation: Invocation, next: () => Promise<Response>) => ({
  request,
  functionPath: '/[[path]]',
  // Pages' own are bound.
  waitUntil: (work: Promise<unknown>) => invocation.waitUntil(work),
  passThroughOnException() {},
  props: {},
  next,
  env: { ASSETS: { fetch } },
  params: { path: ['orders', '7'] },
  data: {},
})

const HOMES: readonly Home[] = [
  {
    name: 'Vercel’s functions (`hono/vercel`)',
    variables: { VERCEL: '1', VERCEL_REGION: 'cdg1' },
    ask: (app, request) => onVercel(new Invocation(), () => handleVercel(app)(request)),
  },
  {
    name: 'a route handler of Next.js on Vercel',
    variables: { VERCEL: '1' },
    // Hands over what it knows of the path as well; its request is a subclass.
    ask: (app, request) => {
      class NextRequest extends Request {}
      const GET = handleVercel(app) as (request: Request, context: object) => Promise<Response>
      const params = Promise.resolve({ route: ['orders', '7'] })
      return onVercel(new Invocation(), () => GET(new NextRequest(request), { params }))
    },
  },
  {
    name: 'a route handler of Next.js on a server of one’s own',
    ask: async (app, request) => ({
      answer: await handleVercel(app)(request),
      end: async () => {},
    }),
    isTimed: true,
  },
  {
    name: 'Netlify (`hono/netlify`)',
    ask: async (app, request) => {
      const context = new Invocation()
      const answer = await handleNetlify(app)(request, context as never)
      return { answer, end: () => context.end() }
    },
  },
  {
    name: 'functions of Cloudflare Pages (`hono/cloudflare-pages`)',
    ask: async (app, request) => {
      const invocation = new Invocation()
      const next = async () => new Response('asset', { status: 404 })
      const answer = await handlePages(app)(pagesContext(request, invocation, next))
      return { answer, end: () => invocation.end() }
    },
  },
  {
    name: 'a service worker (`hono/service-worker`)',
    ask: async (app, request) => {
      let response: Promise<Response> | Response | undefined
      const event = Object.assign(new Invocation(), {
        request,
        respondWith(given: Promise<Response>) {
          response = given
        },
      })
      // It asks the network for what the app does not have.
      handleEvent(app, { fetch: async () => new Response('of the network', { status: 404 }) })(
        event as never,
      )
      return { answer: (await response) as Response, end: () => event.end() }
    },
  },
  {
    name: 'Azure Functions, by the shape of `azureHonoHandler`',
    variables: { FUNCTIONS_WORKER_RUNTIME: 'node', WEBSITE_SITE_NAME: 'shop' },
    ask: onAzure,
    isTimed: true,
  },
]

let world: World

const clean = async (): Promise<void> => {
  await world.shutdown({ timeoutMs: 50 })
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  delete globals[VERCEL]
  for (const event of ['SIGTERM', 'SIGINT', 'beforeExit']) {
    process.removeAllListeners(event)
  }
}

afterEach(clean)

const REQUESTS: [string, RequestInit?][] = [
  ['/orders/7?a=1&b=%20'],
  ['/echo', { method: 'POST', body: 'grüße', headers: { 'Content-Type': 'text/plain' } }],
  ['/cookies'],
  ['/bytes'],
  ['/empty'],
  ['/events'],
  ['/broken'],
  ['/nowhere'],
]

const requestOf = ([path, init]: [string, RequestInit?]) =>
  new Request(`https://shop.example${path}`, init)

const inBytes = async ({ status, statusText, headers, body }: Response) => ({
  status,
  statusText,
  headers: [...headers],
  bytes: Buffer.from(await new Response(body).arrayBuffer()).toString('base64'),
})

describe.each(HOMES)('$name', ({ ask, variables = {}, isTimed }) => {
  beforeEach(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const [name, value] of Object.entries(variables)) {
      vi.stubEnv(name, value)
    }
    world = await setUp(
      isTimed
        ? { metrics: { intervalMs: 20, temporality: 'delta' }, otlp: { batch: { delayMs: 10 } } }
        : {},
    )
  })

  it('a request is a span, a metric and a line when its invocation is over', async () => {
    const { answer, end } = await ask(world.app, requestOf(['/orders/7']))
    await answer.text()
    await end()
    if (isTimed) {
      await vi.waitFor(() => expect(isWhole(world.received)).toEqual(WHOLE), 4000)
    }
    expect(isWhole(world.received)).toEqual(WHOLE)
  })

  it.each(REQUESTS)('the answer to %s is what it is without us', async (...given) => {
    const { answer: expected } = await ask(world.bare, requestOf(given))
    const { answer, end } = await ask(world.app, requestOf(given))
    expect(await inBytes(answer)).toEqual(await inBytes(expected))
    await end()
    if (!isTimed) {
      expect(world.received.spans).toHaveLength(1)
    }
  })
})

describe('middleware of Pages (`handleMiddleware`)', () => {
  it('observes what a file or another function answers, which has no route', async () => {
    world = await setUp()
    const invocation = new Invocation()
    const asset = new Response('<!doctype html>', {
      headers: { 'Content-Type': 'text/html', ETag: '"1"' },
    })
    const onRequest = handleMiddleware(world.observability(world.options))
    const request = new Request('https://shop.example/about')
    const answer = await onRequest(pagesContext(request, invocation, async () => asset.clone()))
    expect(await inBytes(answer)).toEqual(await inBytes(asset))
    await invocation.end()
    const [span] = world.received.spans
    expect(span?.name).toBe('GET')
    expect(span?.attributes).toMatchObject({
      'url.path': '/about',
      'http.response.status_code': 200,
    })
    expect(span?.attributes).not.toHaveProperty('http.route')
    expect(world.received.lines).toEqual(['GET 200'])
  })
})

describe('HonoX', () => {
  /** As `createApp` puts files together: middleware of a folder, then its pages, as an app of its own. */
  const createApp = (init: (app: Hono) => void): Hono => {
    const app = new Hono()
    init(app)
    const folder = new Hono()
    folder.get('/:id', (c) => c.html(`<h1>${c.req.param('id')}</h1>`))
    app.route('/orders', folder)
    app.notFound((c) => c.html('<h1>no such page</h1>', 404))
    return app
  }

  it('a page has the route of its file, and is what it is without us', async () => {
    world = await setUp({ metrics: { temporality: 'delta' } })
    const app = createApp((app) => void app.use(world.observability(world.options)))
    for (const path of ['/orders/7', '/nowhere']) {
      const context = new Invocation()
      const request = new Request(`https://shop.example${path}`)
      const answer = await app.fetch(request, {}, context as never)
      expect(await inBytes(answer)).toEqual(await inBytes(await createApp(() => {}).fetch(request)))
      await context.end()
    }
    expect(world.received.spans.map(({ name }) => name)).toEqual(['GET /orders/:id', 'GET'])
    expect(world.received.lines).toEqual(['GET /orders/:id 200', 'GET 404'])
    expect(
      world.received.durations.map(({ attributes }) => attributes['http.route']).toSorted(),
    ).toEqual(['/orders/:id', undefined])
  })
})
