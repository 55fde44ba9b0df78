import { detach } from '../base/cut.ts'
import { isSecretName, redactName, redactStart, redactText, scansAll } from '../base/own-lines.ts'
import type { HttpConfig } from '../telemetry/config/http.ts'

/** Characters of a query string that are recorded. */
const MAX_QUERY = 2048
/** Characters of a URL that a path may keep alive besides its own, for as long as its span waits to be sent. */
const MAX_KEPT = 256
/** What a URL or a header has where a secret was, as the conventions want it. */
export const REDACTED = 'REDACTED'

/** A path of short words and ids, in which no secret has room: no card, and no link that an id opens. */
const PLAIN =
  /^(?:\/(?!hooks\/)(?:(?![\w.-]{0,6}\d{12})[\w.-]{0,18}|[\da-f]{8}-[\da-f-]{27}|[\da-f]{24}|[\dA-Z]{26}))*$/

/** Names of what an id may open. */
const OPENS = /reset|verif|confirm|activat|magic|invit|subscribe|forgot/i

export interface UrlParts {
  scheme: string
  /** Without brackets for IPv6. */
  address: string
  /** Undefined when the scheme's own. */
  port: number | undefined
  /** Without secrets: those that the path of a webhook or of a link in a mail is made of, for example. */
  path: string
  /** Without the question mark. */
  query: string
}

type Origin = Pick<UrlParts, 'scheme' | 'address' | 'port'>

let lastOrigin = ''
let lastParts: Origin | undefined

/** The parts of an absolute URL. By hand, since `new URL` costs as much as a whole span. */
export const parseUrl = (url: string): UrlParts => {
  const slash = url.indexOf('/', url.indexOf('://') + 3)
  let end = url.indexOf('#')
  end = end < 0 ? url.length : end
  let pathEnd = url.indexOf('?')
  pathEnd = pathEnd < 0 || pathEnd > end ? end : pathEnd
  const pathStart = slash < 0 || slash > pathEnd ? pathEnd : slash
  const origin = url.slice(0, pathStart)
  // An isolate serves few hosts.
  if (origin !== lastOrigin || !lastParts) {
    lastParts = parseOrigin(origin)
    lastOrigin = origin
  }
  const { scheme, address, port } = lastParts
  let path = url.slice(pathStart, pathEnd) || '/'
  if (url.length - path.length > MAX_KEPT) {
    path = detach(path)
  }
  if (scansAll() || !PLAIN.test(path) || OPENS.test(path)) {
    path = redactPath(path)
  }
  return { scheme, address, port, path, query: url.slice(pathEnd + 1, end) }
}

/** Routers decode a path; so do we, but only to find what is secret. */
const redactPath = (path: string): string => {
  const redacted = redactText(path)
  const decoded = path.includes('%') ? decode(redacted) : redacted
  const again = decoded === redacted ? decoded : redactText(decoded)
  return again === decoded ? redacted : encodeURI(again.toWellFormed())
}

const parseOrigin = (origin: string): Origin => {
  const schemeEnd = origin.indexOf('://')
  const host = origin.slice(Math.max(schemeEnd + 3, origin.lastIndexOf('@') + 1))
  const colon = host.indexOf(':', host.lastIndexOf(']') + 1)
  return {
    scheme: origin.slice(0, schemeEnd),
    address: (colon < 0 ? host : host.slice(0, colon)).replace(/^\[|\]$/g, ''),
    port: colon < 0 ? undefined : Number(host.slice(colon + 1)),
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
  const redactPairs = (pairs: string): string => pairs.split('&').map(redactPair).join('&')
  const redactPair = (pair: string): string => {
    const equals = pair.indexOf('=')
    if (equals < 0) {
      // Without a name it may be all value: a bare token.
      return mode === 'values' || pair === '' ? redactText(pair) : REDACTED
    }
    const name = pair.slice(0, equals)
    const seen = decode(name)
    const isSecret = mode === 'keys' || names.has(seen.toLowerCase()) || isSecretName(seen)
    const redacted = isSecret ? '' : redactText(pair)
    // A URL within a URL may hide credentials behind its encoding.
    const decoded = pair.includes('%') ? decode(redacted) : ''
    return isSecret || redactText(decoded) !== decoded
      ? `${redactName(name)}=${REDACTED}`
      : redacted
  }
  return redactStart(query, MAX_QUERY, redactPairs)
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A URL as `url.full`: no credentials, no fragment, query redacted. */
export const redactUrl = (parts: UrlParts, config: HttpConfig): string => {
  const { scheme, address, port, path } = parts
  const query = redactQuery(parts.query, config)
  const host = address.includes(':') ? `[${address}]` : address
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}${query && `?${query}`}`
}
