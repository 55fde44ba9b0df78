import type { Plain, TraceSpan } from '../api-types.ts'

/**
 * A command that makes the request of an HTTP span again; undefined for other spans. Bodies and
 * headers are not recorded, so they are not in it. Whatever the span says of its URL, a shell takes
 * it as one word.
 */
export function curlOf(
  kind: TraceSpan['kind'],
  attributes: Record<string, Plain>,
): string | undefined {
  const method = textOf(attributes, 'http.request.method', 'http.method')
  if (!method || !/^[A-Z]{1,20}$/.test(method)) return undefined
  const url =
    textOf(attributes, 'url.full', 'http.url') ??
    (kind === 'server' ? serverUrl(attributes) : undefined)
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined
  return `curl${method === 'GET' ? '' : ` --request ${method}`} --url ${quoted(url)}`
}

function serverUrl(attributes: Record<string, Plain>): string | undefined {
  const path = textOf(attributes, 'url.path', 'http.target')
  const host = textOf(attributes, 'server.address', 'net.host.name')
  if (!path?.startsWith('/') || !host) return undefined
  const scheme = textOf(attributes, 'url.scheme', 'http.scheme') ?? 'http'
  const port = textOf(attributes, 'server.port', 'net.host.port')
  const query = textOf(attributes, 'url.query')
  const isUsual = port === undefined || port === (scheme === 'https' ? '443' : '80')
  return `${scheme}://${host}${isUsual ? '' : `:${port}`}${path}${query ? `?${query}` : ''}`
}

function textOf(attributes: Record<string, Plain>, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  return undefined
}

/** Control characters could act on a terminal before the shell sees them. */
function quoted(text: string): string {
  return `'${text.replace(/\p{C}/gu, encodeURIComponentOf).replaceAll("'", "'\\''")}'`
}

function encodeURIComponentOf(character: string): string {
  return encodeURIComponent(character.toWellFormed())
}
