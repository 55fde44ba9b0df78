import type { Context, Next } from 'hono'
import { routePath } from 'hono/route'
import { type App, addRoutes, type Bindings, newApp } from './app.ts'

const LINGER_MS = 1000
const MAX_BATCH = 512

let waiting: string[] = []
let isLed = false
let hex = ''
let used = 0

/** Random hexadecimal digits. */
export const take = (length: number): string => {
  if (used + length > hex.length) {
    hex = crypto
      .getRandomValues(new Uint8Array(1024))
      .reduce((text, byte) => text + (byte < 16 ? '0' : '') + byte.toString(16), '')
    used = 0
  }
  used += length
  return hex.slice(used - length, used)
}

/** One more span to send, as JSON. */
export const addSpan = (span: string): void => {
  waiting.push(span)
}

const post = async (url: string, spans: string[]): Promise<void> => {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bench"}}]},"scopeSpans":[{"scope":{"name":"hono-observability","version":"0.1.0"},"spans":[${spans.join()}]}]}]}`,
  })
  await response.text()
}

const lead = async (url: string): Promise<void> => {
  while (waiting.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS))
    const spans = waiting
    waiting = []
    await post(url, spans)
  }
  isLed = false
}

const string = (key: string, value: string): string =>
  `{"key":"${key}","value":{"stringValue":${JSON.stringify(value)}}}`

/** What a span says of an error after its attributes. */
const failureOf = (error: Error, type = error.constructor.name): string =>
  `,"events":[{"timeUnixNano":"${Date.now()}000000","name":"exception","attributes":[${string('exception.type', type)},${string('exception.message', error.message)},${string('exception.stacktrace', error.stack ?? '')}]}],"status":{"code":2,"message":${JSON.stringify(error.message)}}`

/**
 * The least that sends the same spans: hand-written for this one app, with no options, limits, retries or
 * anything else but the bytes. What a general package costs is measured against it.
 *
 * @param around What else is done around the app.
 * @param tellsErrors Whether spans say what was thrown, its stack included.
 */
export const floorApp = (
  around: (c: Context, next: Next) => Promise<void>,
  tellsErrors = false,
): App => {
  const app = newApp()
  app.use(async (c, next) => {
    const startMs = Date.now()
    await around(c, next)
    const { method, url } = c.req
    const hostStart = url.indexOf('://') + 3
    const colon = url.indexOf(':', hostStart)
    const pathStart = url.indexOf('/', hostStart)
    const route = routePath(c, -1)
    const error = tellsErrors ? c.error : undefined
    const errorType = error ? `,${string('error.type', error.constructor.name)}` : ''
    addSpan(
      `{"traceId":"${take(32)}","spanId":"${take(16)}","flags":259,"name":"${method} ${route}","kind":2,"startTimeUnixNano":"${startMs}000000","endTimeUnixNano":"${Date.now()}000000","attributes":[{"key":"http.request.method","value":{"stringValue":"${method}"}},{"key":"url.scheme","value":{"stringValue":"${url.slice(0, hostStart - 3)}"}},{"key":"url.path","value":{"stringValue":${JSON.stringify(url.slice(pathStart))}}},{"key":"server.address","value":{"stringValue":"${url.slice(hostStart, colon)}"}},{"key":"server.port","value":{"intValue":"${url.slice(colon + 1, pathStart)}"}},{"key":"http.route","value":{"stringValue":"${route}"}},{"key":"http.response.status_code","value":{"intValue":"${c.res.status}"}}${errorType}]${error ? failureOf(error) : ''}}`,
    )
    const endpoint = (c.env as Bindings).OTEL_EXPORTER_OTLP_ENDPOINT
    if (!isLed) {
      isLed = true
      c.executionCtx.waitUntil(lead(endpoint))
    } else if (waiting.length >= MAX_BATCH) {
      const spans = waiting
      waiting = []
      c.executionCtx.waitUntil(post(endpoint, spans))
    }
  })
  return addRoutes(app)
}
