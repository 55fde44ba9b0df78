import { method } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import type { HttpConfig } from './config.ts'
import type { HttpOptions } from './options.ts'

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
]

const lowerCase = (names: readonly string[] = []): string[] =>
  names.map((name) => name.toLowerCase())

export function resolveHttp(options: HttpOptions = {}, env: Environment): HttpConfig {
  const { redactQuery, requestHeaders, responseHeaders, knownMethods, ...others } = options
  const methods = env.readList('INSTRUMENTATION_HTTP_KNOWN_METHODS', method)
  return merge<HttpConfig>(
    {
      query: 'keys',
      redactQuery: new Set([...SECRET_PARAMETERS, ...lowerCase(redactQuery)]),
      requestHeaders: lowerCase(requestHeaders),
      responseHeaders: lowerCase(responseHeaders),
      userAgent: false,
      clientAddress: false,
      knownMethods: new Set(knownMethods ?? methods ?? METHODS),
      requestIdHeader: 'X-Request-ID',
      observeBody: 'auto',
      streamTimeoutMs: 25_000,
      trustInbound: true,
    },
    others,
  )
}
