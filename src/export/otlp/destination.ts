import { httpUrl, oneOf, timeout } from '../../base/checks.ts'
import { type Environment, headers } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import type { SignalName } from '../../base/signal.ts'
import type { Exporters } from '../exporter.ts'
import { resolveEncoding } from './encoding-option.ts'
import { type OtlpConfig, type OtlpOptions, otlpDefaults } from './options.ts'
import { createSecretHeaders, type Headers } from './secret-headers.ts'
import type { SignalDestination } from './signal-destination.ts'

const lowerCaseNames = (given: Headers = {}): Headers =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))

const append = (base: string, signal: SignalName): string => {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/*$/, `/v1/${signal}`)
  return url.href
}

/** The variables common to all signals or, with a prefix, those of one. */
const readExporter = ({ read, readSecret }: Environment, signal = '') => {
  const prefix = `OTEL_EXPORTER_OTLP_${signal}`
  const variable = `${prefix}HEADERS`
  const get = readSecret(variable)
  return {
    endpoint: read(`${prefix}ENDPOINT`, httpUrl),
    headers: get ? undefined : read(variable, headers),
    secretHeaders: get && createSecretHeaders(variable, get),
    timeoutMs: read(`${prefix}TIMEOUT`, timeout),
  }
}

/** A variable can turn off any exporter. */
const withoutNone = (exporters: Exporters, env: Environment): Exporters =>
  Object.fromEntries(
    Object.entries(exporters).filter(
      ([signal]) =>
        env.read(`OTEL_${signal.toUpperCase()}_EXPORTER`, oneOf('otlp', 'none')) !== 'none',
    ),
  )

export const resolveOtlp = (
  options: OtlpOptions | false | undefined = {},
  env: Environment,
): OtlpConfig | false => {
  if (!options) {
    return false
  }
  const common = readExporter(env)

  const destination = (signal: SignalName): SignalDestination | false => {
    const prefix = signal.toUpperCase()
    const exporter = env.read(`OTEL_${prefix}_EXPORTER`, oneOf('otlp', 'none'))
    const own = options[signal] ?? {}
    if (!own || exporter === 'none' || options.exporters) {
      return false
    }
    const variables = readExporter(env, `${prefix}_`)
    const given =
      own.url ??
      (options.endpoint && append(options.endpoint, signal)) ??
      variables.endpoint ??
      (common.endpoint && append(common.endpoint, signal))
    const url = given ?? append(otlpDefaults.endpoint, signal)
    const join = (...fromVariables: (Headers | undefined)[]): Headers =>
      merge<Headers>({}, ...[...fromVariables, options.headers, own.headers].map(lowerCaseNames))
    return Object.freeze({
      url: new URL(url).href,
      isDefault: !given,
      headers: join(common.headers, variables.headers),
      ...((common.secretHeaders || variables.secretHeaders) && {
        secretHeaders: async () =>
          join(
            (await common.secretHeaders?.()) ?? common.headers,
            (await variables.secretHeaders?.()) ?? variables.headers,
          ),
      }),
      timeoutMs:
        own.timeoutMs ??
        options.timeoutMs ??
        Math.min(
          variables.timeoutMs ?? common.timeoutMs ?? otlpDefaults.timeoutMs,
          (signal === 'traces' ? env.read('OTEL_BSP_EXPORT_TIMEOUT', timeout) : undefined) ??
            Infinity,
        ),
      ...resolveEncoding(env, `${prefix}_`, own, options),
    })
  }

  return Object.freeze({
    traces: destination('traces'),
    metrics: destination('metrics'),
    logs: destination('logs'),
    maxAttempts: options.maxAttempts ?? otlpDefaults.maxAttempts,
    fetch: options.fetch,
    spill: options.spill,
    exporters: options.exporters && withoutNone(options.exporters, env),
  })
}
