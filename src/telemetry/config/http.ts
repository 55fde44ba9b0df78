import type { Attributes, Span } from '@opentelemetry/api'
import type { Context } from 'hono'
import {
  type Check,
  callable,
  count,
  either,
  flag,
  headerName,
  isPrimitive,
  method,
  off,
  oneOf,
  origin,
  text,
} from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import { defaultsOf, fieldsOf, type OptionTable, type Resolved } from '../../base/options.ts'
import { arrayOf, group, recordOf, type Schema } from '../../base/schema.ts'
import { type RequestMatch, requestMatch, resolveIgnore } from './ignore.ts'

/** What is recorded of HTTP requests. Private by default. */
export interface HttpOptions {
  /** How much of the query string is recorded: `off`, `keys` (every value REDACTED), or `values` (known secrets REDACTED). Default `keys`. */
  query?: 'off' | 'keys' | 'values'
  /** Names of query parameters whose values are REDACTED under `values`, added to the built-in list. */
  redactQuery?: string[]
  /** Request headers recorded as `http.request.header.<name>`. Default none. */
  requestHeaders?: string[]
  /** Response headers recorded as `http.response.header.<name>`. Default none. */
  responseHeaders?: string[]
  /** Record `user_agent.original`. Default false. */
  userAgent?: boolean
  /** Record `client.address`, from the platform's header. Default false. */
  clientAddress?: boolean
  /** Methods with a name of their own; others are `_OTHER`. Default RFC 9110, PATCH and QUERY. */
  knownMethods?: string[]
  /** Header that a request id is accepted from and echoed in. `false` turns request ids off. Default `X-Request-ID`. */
  requestIdHeader?: string | false
  /**
   * Which requests end with their response's body rather than at its headers. `auto`: those whose body JavaScript
   * streams, which needs no change of the response. `false`: none. Or those that this returns `true` for; their bodies
   * are read through a stream of ours, also those that the runtime made, which then have no known length. A throw
   * counts as `false`. Default `auto`.
   */
  observeBody?: 'auto' | false | ((response: Response, request: Request) => boolean)
  /** Longest time that nothing of a streamed body comes before its span ends without it, in milliseconds. Default 25000. */
  streamTimeoutMs?: number
  /**
   * Whose `traceparent`, `tracestate` and `baggage` are believed: everybody's (`true`), nobody's (`false`), those of
   * requests that arrive at one of these origins, or those this returns `true` for; a throw counts as `false`. A request
   * that is not believed starts a new trace with a link to the caller's. Default true.
   */
  trustInbound?: boolean | string[] | ((request: Request) => boolean)
  /**
   * Requests that are answered as if this package were not there: no span of theirs or below them, no metric, no access
   * line, no header, also when they fail. A list of paths (`/favicon.ico`), of patterns (`/assets/*`, where `*` stands for
   * any characters) and of regular expressions on the path, or a function that returns `true` for a request (a throw
   * counts as `false`). Default none.
   */
  ignore?: RequestMatch
  /**
   * The route of a request, where the app has no Hono that knows it, or a finer one than the wildcard of a library's
   * routes: a pattern, of which there are few. `undefined` leaves it to Hono. A throw counts as `undefined`.
   */
  route?: (request: Request) => string | undefined
  /**
   * Attributes of server spans that tell where on Cloudflare's network a request arrived, from where, and how: `cf()` from
   * `hono-observability/cf`. Default none.
   */
  cf?: (request: Request) => Attributes
  /**
   * Asked once at the end of each request that the middleware sees, with Hono's context and the server span. What it
   * returns goes on the span and the access line, and, where `metricAttributes` declares it, on the metrics of requests.
   * A throw or a promise costs the attributes, and nothing else.
   */
  enrich?: (c: Context, span: Span) => Attributes | undefined
  /**
   * Attributes of `enrich` that metrics have too, with all their values: `{ 'shop.plan': ['free', 'pro'] }`. Any other
   * value is `_OTHER`. Default none.
   */
  metricAttributes?: Record<string, readonly (string | number | boolean)[]>
}

type Defaulted =
  | 'query'
  | 'userAgent'
  | 'clientAddress'
  | 'requestIdHeader'
  | 'observeBody'
  | 'streamTimeoutMs'
  | 'trustInbound'

type Made = 'ignore'

type Lists = 'redactQuery' | 'requestHeaders' | 'responseHeaders' | 'knownMethods'

/** Options and environment, merged. Names of headers and parameters are in lower case. */
export interface HttpConfig extends Omit<Resolved<HttpOptions, Defaulted>, Lists | Made> {
  redactQuery: ReadonlySet<string>
  requestHeaders: readonly string[]
  responseHeaders: readonly string[]
  knownMethods: ReadonlySet<string>
  /** Never throws. */
  ignore: ((request: Request) => boolean) | undefined
}

/** RFC 9110, RFC 5789 and the QUERY method. */
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]

/** Query parameters that commonly carry secrets: those of the semantic conventions first. */
const SECRET_PARAMETERS = [
  'x-amz-signature',
  'x-amz-credential',
  'x-amz-security-token',
  'awsaccesskeyid',
  'signature',
  'sig',
  'x-goog-signature',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'api_key',
  'api-key',
  'apikey',
  'key',
  'auth',
  'authorization',
  'code',
  'client_secret',
  'jwt',
  'password',
  'passwd',
  'secret',
  'session',
  'sid',
  'ticket',
  'assertion',
  'client_assertion',
]

/** `*` is not among them: it would be a wordy `true`. */
const inboundTrust: Check<NonNullable<HttpOptions['trustInbound']>> = {
  test: (value): value is NonNullable<HttpOptions['trustInbound']> =>
    typeof value === 'boolean' ||
    typeof value === 'function' ||
    (Array.isArray(value) && value.every((item) => item !== '*' && origin.test(item))),
  expected: 'true, false, an array of origins like `https://api.example.com` or a function',
}

const declaredValues: Check<readonly (string | number | boolean)[]> = {
  test: (value): value is readonly (string | number | boolean)[] =>
    Array.isArray(value) && value.length > 0 && value.every(isPrimitive),
  expected: 'a non-empty array of strings, numbers and booleans',
}

const bodyObservation: Check<NonNullable<HttpOptions['observeBody']>> = {
  test: (value): value is NonNullable<HttpOptions['observeBody']> =>
    value === 'auto' || value === false || typeof value === 'function',
  expected: '`auto`, false or a function',
}

export const httpTable = (): OptionTable<HttpOptions> => {
  const headerNames = { of: arrayOf(headerName) }
  return {
    query: { of: oneOf('off', 'keys', 'values'), default: 'keys' },
    redactQuery: { of: arrayOf(text) },
    requestHeaders: headerNames,
    responseHeaders: headerNames,
    userAgent: { of: flag, default: false },
    clientAddress: { of: flag, default: false },
    knownMethods: { of: arrayOf(method) },
    requestIdHeader: { of: either(headerName, off), default: 'X-Request-ID' },
    observeBody: { of: bodyObservation, default: 'auto' },
    streamTimeoutMs: { of: count, default: 25_000 },
    trustInbound: { of: inboundTrust, default: true },
    ignore: { of: requestMatch },
    route: { of: callable() },
    cf: { of: callable() },
    enrich: { of: callable() },
    metricAttributes: { of: recordOf(text, declaredValues) },
  }
}

export const httpSchema = (): Schema<HttpOptions> => group<HttpOptions>(fieldsOf(httpTable()))

const lowerCase = (names: readonly string[] = []): string[] =>
  names.map((name) => name.toLowerCase())

export const resolveHttp = (
  options: HttpOptions | undefined,
  environment: Environment,
): HttpConfig => {
  const { redactQuery, requestHeaders, responseHeaders, knownMethods, ignore, ...others } =
    options ?? {}
  const methods = environment.readList('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS', method)
  return merge<HttpConfig>(
    {
      ...defaultsOf<HttpOptions, Defaulted>(httpTable(), environment),
      redactQuery: new Set([...SECRET_PARAMETERS, ...lowerCase(redactQuery)]),
      requestHeaders: lowerCase(requestHeaders),
      responseHeaders: lowerCase(responseHeaders),
      knownMethods: new Set(knownMethods ?? methods ?? METHODS),
      ignore: resolveIgnore(ignore),
    },
    others,
  )
}
