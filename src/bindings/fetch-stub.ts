import { type Attributes, type Context, propagation } from '@opentelemetry/api'
import * as HTTP from '../base/semconv.ts'
import { activeContext } from '../context/async-context.ts'
import type { Outbound } from '../context/headers.ts'
import { withTrace } from '../http/outbound.ts'
import { spanName } from '../http/span-name.ts'
import { parseUrl } from '../http/url.ts'
import { readHeaders } from '../http/with-headers.ts'
import { currentTelemetry } from '../telemetry/log-core.ts'
import * as ATTR from './attributes.ts'
import { observe } from './observe.ts'
import type { Operation } from './operation.ts'
import type { Remote } from './remote.ts'
import type { Call } from './wrap-object.ts'

/**
 * `fetch` of a service binding or Durable Object, as an HTTP client span. The trace goes along in the
 * headers, and baggage with it: the other side is one's own. Queries are not recorded.
 */
export const fetchStub = (fetch: Call, args: unknown[], { options, common }: Remote): unknown =>
  observe(
    options,
    () => describe(args, common),
    (context) => fetch(...(context ? traced(args, context) : args)),
  )

const describe = ([input, init]: unknown[], common: Attributes): Operation => {
  const request = input instanceof Request ? input : undefined
  const given = (init as RequestInit | undefined)?.method ?? request?.method ?? 'GET'
  const original = String(given).toUpperCase()
  const telemetry = currentTelemetry()
  const isKnown = telemetry?.config.http.knownMethods.has(original) !== false
  const method = isKnown ? original : '_OTHER'
  const { scheme, address, port, path } = parseUrl(request ? request.url : String(input))
  const name = common[ATTR.bindingName] as string
  const measured: Attributes = {
    [HTTP.requestMethod]: method,
    // The host of the URL may be anything, a new one for each object too.
    [HTTP.serverAddress]: name,
    ...common,
  }
  return {
    name: spanName(method, name),
    attributes: {
      ...common,
      [HTTP.requestMethod]: method,
      [HTTP.requestMethodOriginal]: isKnown ? undefined : original,
      [HTTP.urlFull]: `${scheme}://${address}${port === undefined ? '' : `:${port}`}${path}`,
      [HTTP.serverAddress]: address,
    },
    succeeded(response) {
      const { status } = response as Response
      measured[HTTP.statusCode] = status
      return {
        [HTTP.statusCode]: status,
        [HTTP.errorType]: status >= 400 ? String(status) : undefined,
      }
    },
    measure: (durationMs, failure) =>
      telemetry?.httpMetrics?.clientEnded({ ...measured, ...failure }, durationMs, activeContext()),
  }
}

/** The other side is one's own, as a rule: it is told all. */
const ALL: Outbound = { trace: true, callersState: true, baggage: true }

const traced = (args: unknown[], context: Context): readonly unknown[] => {
  const [input, init] = args as Parameters<typeof fetch>
  try {
    // Through the API, so that it is the propagator that is in place.
    return withTrace(args, readHeaders(input, init), propagation, context, ALL)
  } catch {
    // Headers that are not legal: the platform will say so.
    return args
  }
}
