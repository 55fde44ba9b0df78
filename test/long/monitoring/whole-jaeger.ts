import { type DecodedSpan, decodeJson } from '../../support/otlp-decoder.ts'

/** Asks Jaeger, by version 3 of its query API, which answers in OTLP. */
export interface Jaeger {
  /** The spans of a trace; none if it is not known. */
  trace(traceId: string): Promise<DecodedSpan[]>
  /** The spans of the newest traces that have a span of this name. */
  search(service: string, spanName: string): Promise<DecodedSpan[]>
}

/** It thinks ill of spans that take no time, and says so in them: on Workers the clock moves only with I/O. */
const withoutWarnings = ({ attributes, ...span }: DecodedSpan): DecodedSpan => {
  const { '@jaeger@warnings': _, ...own } = attributes
  return { ...span, attributes: own }
}

export const jaegerAt = (port: number): Jaeger => {
  const ask = async (path: string): Promise<DecodedSpan[]> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v3/${path}`)
    const text = await response.text()
    if (response.status === 404) return []
    if (!response.ok) throw new Error(`Jaeger: ${text}`)
    return decodeJson('traces', JSON.stringify(JSON.parse(text).result)).map(withoutWarnings)
  }
  return {
    trace: (traceId) => ask(`traces/${traceId}`),
    search(service, spanName) {
      const now = Date.now()
      const parameters = new URLSearchParams({
        'query.service_name': service,
        'query.operation_name': spanName,
        'query.start_time_min': new Date(now - 3_600_000).toISOString(),
        'query.start_time_max': new Date(now + 60_000).toISOString(),
        'query.num_traces': '100',
      })
      return ask(`traces?${parameters}`)
    },
  }
}
