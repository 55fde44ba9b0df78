import { type EditableHeaders, PlainHeaders, type ReadableHeaders } from './plain-headers.ts'
import { isBun, isDeno } from './runtime-name.ts'

/** Those that were found before: to look through all that an object has takes longer than to ask for one. */
const found = /* @__PURE__ */ new Map<string, symbol>()

const symbolOf = (target: object, description: string): symbol | undefined => {
  const known = found.get(description)
  if (known && Object.hasOwn(target, known)) {
    return known
  }
  const symbol = Object.getOwnPropertySymbols(target).find((one) => one.description === description)
  if (symbol) {
    found.set(description, symbol)
  }
  return symbol
}

/** What a runtime or a server keeps under a symbol of its own. */
export const hidden = (target: object, description: string): unknown => {
  const key = symbolOf(target, description)
  return key && (target as Record<symbol, unknown>)[key]
}

type Cache = [status: number, body: BodyInit | null, headers: unknown]

/** Whether the runtime's own class is in place: @hono/node-server puts one of its own there, which extends it. */
const isNativeResponse = (): boolean => Object.getPrototypeOf(Response) === Function.prototype

/** What to make a copy with. Of a response of the runtime's own, @hono/node-server finds out the length. */
export const classOf = (response: Response): typeof Response => {
  const Native = Object.getPrototypeOf(Response) as typeof Response
  return !isNativeResponse() && Object.getPrototypeOf(response) === Native.prototype
    ? Native
    : Response
}

/** What @hono/node-server keeps of a response, and sends, unless somebody asks for its `body`. */
export const cacheOf = (response: Response): Cache | undefined => {
  const cache = isNativeResponse() || isDeno() || isBun() ? undefined : hidden(response, 'cache')
  return Array.isArray(cache) ? (cache as Cache) : undefined
}

/**
 * It sends an object of headers as it is, and where there is none one of its own. Once somebody has asked for them,
 * they are spelled and ordered in another way.
 */
export const plainOf = (response: Response): Cache | undefined => {
  const cache = cacheOf(response)
  const [, body = null, headers] = cache ?? []
  return headers instanceof Headers || Array.isArray(headers) || (!headers && body === null)
    ? undefined
    : cache
}

const plainHeaders = ([, , headers]: Cache): Record<string, string> =>
  (headers as Record<string, string> | undefined) ?? { 'Content-Type': 'text/plain; charset=UTF-8' }

/** The headers, to be read only. */
export const headersOf = (response: Response): ReadableHeaders => {
  const cache = cacheOf(response)
  const headers = cache?.[2]
  return cache && plainOf(response)
    ? new PlainHeaders(plainHeaders(cache))
    : Array.isArray(headers)
      ? new Headers(headers as [string, string][])
      : response.headers
}

/** Who asks for the body afterwards has another response made, of what the app gave: it gets the headers as well. */
const editLater = (response: Response, edit: (headers: EditableHeaders) => void): void => {
  const prototype = Object.getPrototypeOf(response) as Record<symbol, () => Response>
  const key = symbolOf(prototype, 'getResponseCache')
  if (key) {
    const make = prototype[key] as () => Response
    Object.defineProperty(response, key, {
      configurable: true,
      value(this: Record<symbol, unknown>) {
        delete this[key]
        // Headers that somebody has asked for are taken over.
        const isTaken = cacheOf(response)?.[2] instanceof Headers
        const made = make.call(this)
        if (!isTaken) {
          edit(made.headers)
        }
        return made
      },
    })
  }
}

/** Changes headers of a response in place. */
export const editHeaders = (response: Response, edit: (headers: EditableHeaders) => void): void => {
  const plain = plainOf(response)
  if (!plain) {
    edit(response.headers)
    return
  }
  const headers = new PlainHeaders(plainHeaders(plain))
  edit(headers)
  editLater(response, edit)
  plain[2] = headers.toObject()
}
