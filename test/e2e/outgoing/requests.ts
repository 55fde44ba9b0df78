/** What somebody may give to a `fetch`, made anew for each call: bodies and generators are good for one. */
export type MakeArguments = (url: string) => unknown[]

class Init {
  get method(): string {
    return 'POST'
  }
  get body(): string {
    return 'from a getter'
  }
  get headers(): Record<string, string> {
    return { 'X-Own': '1' }
  }
}

class Private {
  readonly #method = 'PUT'
  get method(): string {
    return this.#method
  }
  get body(): string {
    return 'private'
  }
}

const streamOf = (text: string): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })

function* pairs(): Generator<[string, string]> {
  yield ['X-Own', '1']
  yield ['Aa', '2']
}

const post = { method: 'POST', body: 'body' }
const own = { 'X-Own': '1', Accept: 'a/b', Aa: '2' }
const postOf = (url: string): Request => new Request(url, { ...post, headers: own })
const usedOf = (url: string): Request => {
  const request = postOf(url)
  void request.text()
  return request
}

export const REQUESTS: Record<string, MakeArguments> = {
  'a URL as text': (url) => [url],
  'a URL': (url) => [new URL(url)],
  'an object that has text': (url) => [{ toString: () => url }],
  nothing: () => [],
  'what is no URL': () => ['nope'],
  'a record of headers': (url) => [url, { ...post, headers: own }],
  'pairs of headers': (url) => [url, { headers: [...Object.entries(own), ['x-own', '2']] }],
  'a map of headers': (url) => [url, { headers: new Map(Object.entries(own)) }],
  'generated headers': (url) => [url, { headers: pairs() }],
  Headers: (url) => [url, { headers: new Headers(own) }],
  'no headers': (url) => [url, { headers: undefined, method: 'DELETE' }],
  'null for headers': (url) => [url, { headers: null }],
  'null for the headers of a request': (url) => [postOf(url), { headers: null }],
  'headers that are not legal': (url) => [url, { headers: { 'a b': 'c' } }],
  'values that are no text': (url) => [url, { headers: { a: undefined, b: 1 } }],
  'null for init': (url) => [url, null],
  'text for init': (url) => [url, 'init'],
  'a function for init': (url) => [url, Object.assign(() => {}, { method: 'DELETE' })],
  'getters on a prototype': (url) => [url, new Init()],
  'getters that use private fields': (url) => [url, new Private()],
  'inherited members': (url) => [url, Object.create(post)],
  'inherited headers': (url) => [url, Object.create({ ...post, headers: own })],
  'a frozen init': (url) => [url, Object.freeze({ ...post, headers: Object.freeze({ ...own }) })],
  'a frozen init that inherits': (url) => [
    url,
    Object.freeze(Object.assign(Object.create(post), { headers: own })),
  ],
  'members that are not enumerable': (url) => [
    url,
    Object.defineProperty({}, 'method', { value: 'DELETE' }),
  ],
  'getters of its own': (url) => [
    url,
    {
      get method() {
        return 'PATCH'
      },
      get body() {
        return 'own getter'
      },
    },
  ],
  'a proxy': (url) => [url, new Proxy({ ...post }, {})],
  'no prototype': (url) => [url, Object.assign(Object.create(null), post)],
  'a method in lower case': (url) => [url, { method: 'patch', body: 'x' }],
  'a method that is not legal': (url) => [url, { method: 'a b' }],
  bytes: (url) => [url, { method: 'POST', body: new Uint8Array(5) }],
  'a form': (url) => [url, { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
  'a blob': (url) => [url, { method: 'POST', body: new Blob(['b'], { type: 'text/q' }) }],
  'a stream': (url) => [url, { method: 'POST', body: streamOf('streamed'), duplex: 'half' }],
  'a request': (url) => [postOf(url)],
  'a request without a body': (url) => [new Request(url, { headers: own })],
  'a request that was used': (url) => [usedOf(url)],
  'a request that streams': (url) => [
    new Request(url, { method: 'POST', body: streamOf('streamed'), duplex: 'half' } as RequestInit),
  ],
  'a request and an empty init': (url) => [postOf(url), {}],
  'a request and an init': (url) => [postOf(url), { method: 'PUT', body: 'other' }],
  'a request and inherited members': (url) => [postOf(url), Object.create({ method: 'PUT' })],
  'a request and other headers': (url) => [postOf(url), { headers: { 'X-Other': '3' } }],
  'a request for init': (url) => [url, postOf('http://127.0.0.1:1/')],
  'a clone of a request': (url) => [postOf(url).clone()],
  'members of the runtime’s own': (url) => [
    url,
    { redirect: 'manual', cf: { x: 1 }, keepalive: true, signal: new AbortController().signal },
  ],
  'a signal that has aborted': (url) => [url, { signal: AbortSignal.abort(new Error('stop')) }],
}
