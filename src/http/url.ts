import type { HttpConfig } from '../config/config.ts'

/** Characters of a query string that are recorded. */
const MAX_QUERY = 2048
const REDACTED = 'REDACTED'

export interface UrlParts {
  scheme: string
  /** Without brackets for IPv6. */
  address: string
  /** Undefined when the scheme's own. */
  port: number | undefined
  path: string
  /** Without the question mark. */
  query: string
}

/** The parts of an absolute URL. By hand, since `new URL` costs as much as a whole span. */
export const parseUrl = (url: string): UrlParts => {
  const schemeEnd = url.indexOf('://')
  const authorityStart = schemeEnd + 3
  const rest = url.slice(authorityStart).search(/[/?#]/)
  const pathStart = rest < 0 ? url.length : authorityStart + rest
  const hash = url.indexOf('#', pathStart)
  const end = hash < 0 ? url.length : hash
  const mark = url.indexOf('?', pathStart)
  const pathEnd = mark < 0 || mark > end ? end : mark
  const authority = url.slice(authorityStart, pathStart)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const colon = host.indexOf(':', host.lastIndexOf(']') + 1)
  return {
    scheme: url.slice(0, schemeEnd),
    address: (colon < 0 ? host : host.slice(0, colon)).replace(/^\[|\]$/g, ''),
    port: colon < 0 ? undefined : Number(host.slice(colon + 1)),
    path: url.slice(pathStart, pathEnd) || '/',
    query: url.slice(pathEnd + 1, end),
  }
}

/** The query string as it may be recorded; empty for "not at all". Names are kept, values go as configured. */
export const redactQuery = (
  query: string,
  { query: mode, redactQuery: names }: HttpConfig,
): string => {
  if (!query || mode === 'off') {
    return ''
  }
  const cut = query.slice(0, MAX_QUERY)
  return cut
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 0) {
        // Without a name it may be all value: a bare token.
        return mode === 'values' || pair === '' ? pair : REDACTED
      }
      const name = pair.slice(0, equals)
      return mode === 'keys' || names.has(decodeName(name)) ? `${name}=${REDACTED}` : pair
    })
    .join('&')
}

const decodeName = (name: string): string => {
  try {
    return decodeURIComponent(name).toLowerCase()
  } catch {
    return name.toLowerCase()
  }
}

/** A URL as `url.full`: no credentials, no fragment, query redacted. */
export const redactUrl = (parts: UrlParts, config: HttpConfig): string => {
  const { scheme, address, port, path } = parts
  const query = redactQuery(parts.query, config)
  const host = address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}${query && `?${query}`}`
}
