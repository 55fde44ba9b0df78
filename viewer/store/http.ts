import { attributeOf, type PackedAttributes, textOf } from '../otlp/value.ts'

/** What of a span's attributes is used for lists and filters, by current and earlier names. */
export interface HttpFacts {
  method: string
  route: string
  /** 0 when there is none. */
  statusCode: number
}

const first = (attributes: PackedAttributes, ...keys: string[]): string => {
  for (const key of keys) {
    const text = textOf(attributeOf(attributes, key))
    if (text) return text.slice(0, 512)
  }
  return ''
}

/** Method, route and status code of an HTTP span. */
export function httpFacts(attributes: PackedAttributes): HttpFacts {
  const code = Number(first(attributes, 'http.response.status_code', 'http.status_code'))
  return {
    method: first(attributes, 'http.request.method', 'http.method'),
    route: first(attributes, 'http.route'),
    statusCode: Number.isInteger(code) && code >= 100 && code <= 999 ? code : 0,
  }
}
