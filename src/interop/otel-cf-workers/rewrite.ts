import type { Attributes } from '@opentelemetry/api'
import { KIND_SERVER } from '../../base/otel-enums.ts'
import * as ATTR from '../../base/semconv.ts'
import { spanName } from '../../http/span-name.ts'
import { parseUrl, redactQuery, redactUrl } from '../../http/url.ts'
import type { HttpConfig } from '../../telemetry/config/http.ts'
import type { RecordingSpan } from '../../traces/span.ts'
import type { ForeignSpan } from '../foreign-span.ts'

/** How the span of a request is called until a route is known, and of a message, with its recipient. */
const HANDLER = /^(fetch|email)Handler (\S*).*$/

/**
 * Makes an otel-cf-workers span say what the semantic conventions, and our privacy rules, would have it say: query
 * values and e-mail headers stay out, a URL's parts are what their names promise.
 */
export const rewriteSpan = (
  { name, kind, attributes }: ForeignSpan,
  copy: RecordingSpan,
  http: HttpConfig,
): Attributes => {
  const [, handler, method] = HANDLER.exec(name) ?? []
  if (handler) {
    // Some versions put the route there, which the middleware has set.
    const route = attributes[ATTR.route]
    copy.updateName(
      handler === 'email'
        ? 'email'
        : spanName(String(method), typeof route === 'string' ? route : undefined),
    )
  }
  const result: Attributes = {}
  for (const key in attributes) {
    if (!key.startsWith('email.header.')) {
      result[key] = attributes[key]
    }
  }
  for (const key of [ATTR.urlFull, 'http.url']) {
    const url = result[key]
    if (typeof url === 'string') {
      result[key] = redactUrl(parseUrl(url), http)
    }
  }
  const url = attributes[ATTR.urlFull]
  if (typeof url === 'string') {
    const { scheme, address, port, query } = parseUrl(url)
    result[ATTR.urlScheme] = scheme
    result[ATTR.serverAddress] = address
    result[ATTR.serverPort] = port
    result[ATTR.urlQuery] = redactQuery(query, http) || undefined
    if (kind === KIND_SERVER) {
      result[ATTR.urlFull] = undefined
    }
  }
  if (!http.userAgent) {
    result[ATTR.userAgent] = undefined
  }
  return result
}
