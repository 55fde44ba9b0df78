import type { Json } from './backend.ts'

type Value = string | number | boolean

/** Milliseconds since 1970 as OTLP writes them. */
export const nano = (ms: number): string => `${BigInt(Math.round(ms * 1000)) * 1000n}`

/** An id with so many hexadecimal digits. */
export const id = (number: number, digits: number): string =>
  number.toString(16).padStart(digits, '0')

export const traceId = (number: number): string => id(number, 32)
export const spanId = (number: number): string => id(number, 16)

/** Attributes as OTLP writes them. */
export function keyValues(attributes: Record<string, Value>): Json[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }))
}

interface SpanSketch {
  trace: number
  span: number
  parent?: number
  name?: string
  kind?: number
  /** Milliseconds after {@link START_MS}. */
  from?: number
  to?: number
  failed?: boolean
  attributes?: Record<string, Value>
}

/** A whole minute, one or two before the tests began. */
export const START_MS: number = Math.floor(Date.now() / 60_000) * 60_000 - 60_000

export function span(sketch: SpanSketch): Json {
  const { trace, parent, name = 'work', kind = 1, from = 0, to = 10, failed, attributes } = sketch
  return {
    traceId: traceId(trace),
    spanId: spanId(sketch.span),
    ...(parent && { parentSpanId: spanId(parent) }),
    name,
    kind,
    startTimeUnixNano: nano(START_MS + from),
    endTimeUnixNano: nano(START_MS + to),
    attributes: keyValues(attributes ?? {}),
    ...(failed && { status: { code: 2, message: 'it failed' } }),
  }
}

/** A server span of an HTTP request. */
export function request(
  sketch: SpanSketch & { route?: string; method?: string; status?: number },
): Json {
  const { route = '/orders/:id', method = 'GET', status = 200 } = sketch
  return span({
    name: `${method} ${route}`,
    kind: 2,
    failed: status >= 500,
    ...sketch,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...sketch.attributes,
    },
  })
}

const resource = (service: string, attributes: Record<string, Value> = {}): Json => ({
  attributes: keyValues({ 'service.name': service, ...attributes }),
})

export function spans(records: readonly Json[], service = 'shop'): Json {
  const scopeSpans = [{ scope: { name: 'test' }, spans: records }]
  return { resourceSpans: [{ resource: resource(service), scopeSpans }] }
}

interface LogSketch {
  at?: number
  severity?: number
  body?: string
  attributes?: Record<string, Value>
  trace?: number
  span?: number
}

export function log(sketch: LogSketch): Json {
  const { at = 0, severity = 9, body = 'said', attributes = {} } = sketch
  return {
    timeUnixNano: nano(START_MS + at),
    severityNumber: severity,
    body: { stringValue: body },
    attributes: keyValues(attributes),
    ...(sketch.trace && { traceId: traceId(sketch.trace), spanId: spanId(sketch.span ?? 1) }),
  }
}

export function logs(records: readonly Json[], service = 'shop'): Json {
  const scopeLogs = [{ scope: { name: 'test' }, logRecords: records }]
  return { resourceLogs: [{ resource: resource(service), scopeLogs }] }
}

export function metrics(records: readonly Json[], service = 'shop', instance = 'a'): Json {
  const scopeMetrics = [{ scope: { name: 'test' }, metrics: records }]
  const own = resource(service, { 'service.instance.id': instance })
  return { resourceMetrics: [{ resource: own, scopeMetrics }] }
}

/** A point; `start` and `at` are milliseconds after {@link START_MS}. */
export function point(
  start: number,
  at: number,
  data: Json,
  attributes: Record<string, Value> = {},
): Json {
  return {
    startTimeUnixNano: nano(START_MS + start),
    timeUnixNano: nano(START_MS + at),
    attributes: keyValues(attributes),
    ...data,
  }
}
