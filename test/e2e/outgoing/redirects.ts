import { type Context, Hono } from 'hono'
import { observability } from '../../../src/index.ts'
import { native } from './native.ts'

type Fetch = typeof fetch
type Make = (url: string) => Parameters<Fetch>

/** One answer, or how there was none. */
export interface Followed {
  name: string
  bare: unknown
  ours: unknown
}

const headers = {
  Authorization: 'Basic own',
  Cookie: 'own=1',
  'Content-Language': 'de',
  'Content-Type': 'text/x',
  'X-Own': '1',
}
const post = { method: 'POST', body: 'body', headers }
const stream = (): ReadableStream => new Blob(['streamed']).stream()

const ways: Record<string, Make> = {
  GET: (url) => [url],
  HEAD: (url) => [url, { method: 'HEAD', headers }],
  'GET with a fragment': (url) => [`${url}#part`, { headers }],
  POST: (url) => [url, post],
  PUT: (url) => [url, { ...post, method: 'PUT' }],
  'POST that inherits': (url) => [new URL(url), Object.create(post)],
  'POST of bytes': (url) => [url, { ...post, body: new Uint8Array(5) }],
  'POST of a form': (url) => [url, { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
  'POST of a stream': (url) => [
    url,
    { method: 'POST', body: stream(), duplex: 'half' } as RequestInit,
  ],
  Request: (url) => [new Request(url, { headers })],
  'Request without a body': (url) => [new Request(url, { method: 'POST' }), {}],
  'Request with a body': (url) => [new Request(url, post)],
  'Request for init': (url) => [url, new Request(url, { headers })],
  'Request with a body for init': (url) => [url, new Request(url, post)],
}

const outcomeOf = async (fetch: Fetch, args: Parameters<Fetch>): Promise<unknown> => {
  try {
    const response = await fetch(...args)
    const { status, url, redirected } = response
    return { status, url, redirected, text: await response.text() }
  } catch (error) {
    const { name, message, cause } = error as Error
    // Workers list where they have been.
    return `${name}: ${message.replaceAll('#part', '')} ${(cause as Error | undefined)?.message}`
  }
}

/** Asks a server that redirects, without us and with us, for which the origin `listed` alone is listed. */
export const followRedirects = (request: Request, env: object, ctx: unknown): unknown => {
  const params = new URL(request.url).searchParams
  const listed = params.get('listed') as string
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'redirects' },
      logs: false,
      otlp: false,
      traces: { fetch: true, propagateTo: [listed], baggageOrigins: [listed] },
    }),
  )
  app.get('*', async (c: Context) => {
    const results: Followed[] = []
    for (const path of params.getAll('path')) {
      for (const [name, make] of Object.entries(ways)) {
        results.push({
          name: `${name} ${path}`,
          bare: await outcomeOf(native, make(listed + path)),
          ours: await outcomeOf(fetch, make(listed + path)),
        })
      }
    }
    return c.json(results)
  })
  return app.fetch(request, env, ctx as never)
}
