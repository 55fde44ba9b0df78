import { overlay } from './with-headers.ts'

type Arguments = readonly unknown[]

/** As the Fetch standard has it. */
const MAX_REDIRECTS = 20

interface Sent {
  readonly args: Arguments
  readonly url: string
  readonly method: string
  /** The caller's. */
  readonly headers: Headers
}

/** Whether a request has no body, and may be made again. */
const isSafe = (method: string): boolean => /^(GET|HEAD)$/.test(method)

/** On Deno, a request that is asked for its body has one without a length from then on. */
const mayHaveBody = (request: Request): boolean =>
  'Deno' in globalThis ? !isSafe(request.method) : request.body !== null

/** Where it leads; undefined for what each runtime takes in its own way: an error, a loop, or no redirect at all. */
const targetOf = (location: string, url: string): URL | undefined => {
  const target = location && URL.canParse(location, url) ? new URL(location, url) : undefined
  return target && /^https?:$/.test(target.protocol) && !target.username && !target.password
    ? target
    : undefined
}

/** Whether redirects are followed, and by us: what only the runtime can send a second time is left to it. */
export const isFollowed = ([input, init]: Arguments): boolean | 'by runtime' => {
  const { redirect, body } = (init ?? {}) as RequestInit
  const request = input instanceof Request ? input : undefined
  return (
    (redirect ?? request?.redirect ?? 'follow') === 'follow' &&
    ((request && mayHaveBody(request)) ||
    init instanceof Request ||
    Symbol.asyncIterator in Object(body)
      ? 'by runtime'
      : true)
  )
}

/**
 * Follows redirects as runtimes do, so that each receiver gets only what it may have: runtimes send headers of ours on
 * to wherever the first receiver says.
 *
 * What is no plain redirect the runtime answers itself, asked once more with nothing of ours, if asking changes nothing.
 *
 * @param send Makes the request with what may go to this URL.
 * @param call Makes it as it is.
 */
export const follow = async (
  first: Sent,
  send: (args: Arguments, url: string) => Promise<Response>,
  call: (args: Arguments) => Promise<Response>,
): Promise<Response> => {
  let { args, url, method } = first
  const headers = new Headers(first.headers)
  const drop = (...names: string[]): void => {
    for (const name of names) {
      if (isDropped(name)) {
        headers.delete(name)
      }
    }
  }
  let changes: RequestInit = { redirect: 'manual' }
  for (let count = 0; ; count++) {
    const [input, init, ...more] = args
    const response = await send([input, overlay(init as object, changes), ...more], url)
    const { status } = response
    const isRedirect = /^30[12378]$/.test(String(status))
    const location = isRedirect ? response.headers.get('location') : null
    const plain = targetOf(location ?? '', url)
    if (isRedirect && isSafe(method) && (!plain || count === MAX_REDIRECTS)) {
      await response.body?.cancel()
      const own = { ...changes, headers, redirect: 'follow' } as const
      return marked(await call([input, overlay(init as object, own), ...more]), count)
    }
    if (location === null) {
      return marked(response, count)
    }
    await response.body?.cancel()
    const target = plain ?? new URL(location, url)
    if (count === MAX_REDIRECTS || !/^https?:$/.test(target.protocol)) {
      throw new TypeError(
        count === MAX_REDIRECTS ? 'Too many redirects' : 'Redirect to no HTTP URL',
      )
    }
    if (method === 'POST' ? status < 304 : status === 303 && !isSafe(method)) {
      method = 'GET'
      changes = { ...changes, body: undefined as never }
      drop('content-encoding', 'content-language', 'content-location', 'content-type')
    }
    if (target.origin !== new URL(url).origin) {
      drop('authorization', 'proxy-authorization', 'cookie', 'host')
    }
    url = target.href
    changes = { ...changes, method, headers }
    args = [input instanceof Request ? new Request(url, input) : url, init, ...more]
  }
}

/** A property of its own, since only the runtime could set the other. */
const marked = (response: Response, redirects: number): Response =>
  redirects ? Object.defineProperty(response, 'redirected', { value: true }) : response

/** Workers send on what others leave out. */
const isDropped = (name: string): boolean => {
  const { Cloudflare } = globalThis as {
    Cloudflare?: { compatibilityFlags?: Record<string, boolean> }
  }
  const flags = Cloudflare?.compatibilityFlags
  return (
    !flags || (name === 'authorization' && !!flags.strip_authorization_on_cross_origin_redirect)
  )
}
