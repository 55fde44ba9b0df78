import type { Attributes, Context } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import type { CollectingMeterProvider } from '../metrics/provider.ts'
import { SECONDS } from '../metrics/seconds.ts'
import type {
  AddingInstrument,
  BoundInstrument,
  RecordingInstrument,
} from '../metrics/synchronous.ts'
import type { Config } from './config/config.ts'

const BYTES = [0, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216]

/** Attribute sets that are found without building them; more than routes × methods × statuses of any sane app. */
const MAX_BOUND = 2000

/** The HTTP metrics of the semantic conventions, server and client. */
export class HttpMetrics {
  readonly #serverDuration: RecordingInstrument
  readonly #makeDuration: (name: string, description: string) => RecordingInstrument
  #clientDuration: RecordingInstrument | undefined
  readonly #active: AddingInstrument | undefined
  readonly #requestSize: RecordingInstrument | undefined
  readonly #responseSize: RecordingInstrument | undefined
  readonly #bound = new Map<string, BoundInstrument>()
  /** By scheme and method, of which there are few: methods are known ones, or `_OTHER`. */
  readonly #activeBound = new Map<string, Map<string, BoundInstrument>>()

  constructor(provider: CollectingMeterProvider, { metrics }: Config) {
    const meter = provider.getMeter(SCOPE_NAME, VERSION)
    const duration = (name: string, description: string): RecordingInstrument =>
      meter.createHistogram(name, {
        unit: 's',
        description,
        advice: { explicitBucketBoundaries: [...SECONDS] },
      })
    const size = (name: string, description: string): RecordingInstrument =>
      meter.createHistogram(name, {
        unit: 'By',
        description,
        advice: { explicitBucketBoundaries: BYTES },
      })
    const { activeRequests, bodySizes } = metrics || {}
    this.#serverDuration = duration(
      'http.server.request.duration',
      'Duration of HTTP server requests.',
    )
    this.#makeDuration = duration
    this.#active = activeRequests
      ? meter.createUpDownCounter('http.server.active_requests', {
          unit: '{request}',
          description: 'Number of active HTTP server requests.',
        })
      : undefined
    this.#requestSize = bodySizes
      ? size('http.server.request.body.size', 'Size of HTTP server request bodies.')
      : undefined
    this.#responseSize = bodySizes
      ? size('http.server.response.body.size', 'Size of HTTP server response bodies.')
      : undefined
  }

  serverStarted(method: string, scheme: string, change: 1 | -1): void {
    if (!this.#active) {
      return
    }
    // Two look-ups, so that no key is put together for a request.
    let methods = this.#activeBound.get(scheme)
    if (!methods) {
      methods = new Map()
      this.#activeBound.set(scheme, methods)
    }
    let active = methods.get(method)
    if (!active) {
      active = this.#active.bind({ [ATTR.requestMethod]: method, [ATTR.urlScheme]: scheme })
      methods.set(method, active)
    }
    active.record(change)
  }

  /** Exemplars point at the span of `context`. */
  serverEnded(request: FinishedRequest, context: Context): void {
    const { method, scheme, route, status, errorType, durationMs } = request
    const key = `${method} ${status} ${scheme} ${route ?? ''} ${errorType ?? ''}${
      request.enriched ? JSON.stringify(request.enriched) : ''
    }`
    let duration = this.#bound.get(key)
    if (!duration) {
      duration = this.#serverDuration.bind(serverAttributes(request))
      if (this.#bound.size < MAX_BOUND) {
        this.#bound.set(key, duration)
      }
    }
    duration.record(durationMs / 1000, context)
    if (this.#requestSize && request.requestBytes !== undefined) {
      this.#requestSize.record(request.requestBytes, serverAttributes(request), context)
    }
    if (this.#responseSize && request.responseBytes !== undefined) {
      this.#responseSize.record(request.responseBytes, serverAttributes(request), context)
    }
  }

  clientEnded(attributes: Attributes, durationMs: number, context: Context): void {
    this.#clientDuration ??= this.#makeDuration(
      'http.client.request.duration',
      'Duration of HTTP client requests.',
    )
    this.#clientDuration.record(durationMs / 1000, attributes, context)
  }
}

/** What is counted of a request that was answered. */
export interface FinishedRequest {
  /** Known methods only, else `_OTHER`. */
  method: string
  scheme: string
  route: string | undefined
  status: number
  errorType: string | undefined
  durationMs: number
  /** From `Content-Length`; undefined when it is not known. */
  requestBytes: number | undefined
  responseBytes: number | undefined
  /** Attributes of the app's, whose values are bounded. */
  enriched?: Attributes | undefined
}

const serverAttributes = ({
  method,
  scheme,
  route,
  status,
  errorType,
  enriched,
}: FinishedRequest): Attributes => ({
  ...enriched,
  [ATTR.requestMethod]: method,
  [ATTR.urlScheme]: scheme,
  [ATTR.statusCode]: status,
  ...(route !== undefined && { [ATTR.route]: route }),
  ...(errorType !== undefined && { [ATTR.errorType]: errorType }),
})
