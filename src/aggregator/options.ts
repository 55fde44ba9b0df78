import { type Check, count, headerValue, httpUrl, timeout } from '../base/checks.ts'
import { openEnvironment } from '../base/environment.ts'
import { mustBe } from '../base/messages.ts'
import { warnOnce } from '../base/warn.ts'
import { DAY_MS } from '../export/aggregator/protocol.ts'
import { resolveOtlp } from '../export/otlp/destination.ts'
import { compression, protocol } from '../export/otlp/encoding-option.ts'
import type { OtlpOptions } from '../export/otlp/options.ts'
import type { Fetch } from '../export/otlp/post.ts'
import type { SignalDestination } from '../export/otlp/signal-destination.ts'
import { boundObject, environmentReader } from '../runtimes/environment.ts'
import type { AggregateLimits } from './aggregate.ts'

/** Settings of the aggregator. Every field is optional. */
export interface AggregatorOptions {
  /**
   * Where the totals are sent. Default: what `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` or
   * `OTEL_EXPORTER_OTLP_ENDPOINT` says; with neither, or with `false`, they are not sent, only read.
   */
  otlp?:
    | Pick<
        OtlpOptions,
        'endpoint' | 'headers' | 'timeoutMs' | 'protocol' | 'compression' | 'fetch' | 'metrics'
      >
    | false
  /** Time between two exports, in milliseconds. Default `OTEL_METRIC_EXPORT_INTERVAL`, then 60000. */
  intervalMs?: number
  /** Most series per metric; what exceeds it shares one series with `otel.metric.overflow`. Default 2000. */
  cardinalityLimit?: number
  /** Most series in one object. Default 10000. */
  maxSeries?: number
  /** Days after which a series that nothing was added to is removed. Default 30. */
  maxIdleDays?: number
}

/** Options and environment, merged. */
export interface AggregatorConfig extends AggregateLimits {
  /** Undefined when nothing is to be sent. */
  destination: SignalDestination | undefined
  fetch: Fetch | undefined
  intervalMs: number
  maxIdleMs: number
}

/**
 * Merges options over `env`.
 *
 * @throws {TypeError} naming the option that is wrong. A wrong environment value warns instead.
 */
export const resolveAggregator = (options: AggregatorOptions, env: unknown): AggregatorConfig => {
  const { otlp, cardinalityLimit = 2000, maxSeries = 10_000, maxIdleDays = 30 } = options
  check('cardinalityLimit', cardinalityLimit, count)
  check('maxSeries', maxSeries, count)
  check('maxIdleDays', maxIdleDays, count)
  check('intervalMs', options.intervalMs ?? 1, count)
  if (otlp) {
    check('otlp.endpoint', otlp.endpoint ?? LOCAL, httpUrl)
    check('otlp.timeoutMs', otlp.timeoutMs ?? 1, timeout)
    check('otlp.protocol', otlp.protocol ?? 'http/json', protocol)
    check('otlp.compression', otlp.compression ?? 'none', compression)
    check('otlp.metrics.url', (otlp.metrics || {}).url ?? LOCAL, httpUrl)
    for (const [name, value] of Object.entries(otlp.headers ?? {})) {
      check(`otlp.headers.${name}`, value, headerValue)
    }
  }
  const variables = openEnvironment(environmentReader(env), warnOnce, boundObject(env))
  const isNamed =
    otlp ??
    ['', 'METRICS_'].some((signal) =>
      variables.read(`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`, httpUrl),
    )
  const resolved = isNamed && resolveOtlp(otlp, variables)
  const send = (otlp || {}).fetch
  return {
    cardinalityLimit,
    maxSeries,
    maxIdleMs: maxIdleDays * DAY_MS,
    intervalMs:
      options.intervalMs ?? variables.read('OTEL_METRIC_EXPORT_INTERVAL', count) ?? 60_000,
    destination: (resolved && resolved.metrics) || undefined,
    fetch: send && ((url, init) => send(url, init, env)),
  }
}

const LOCAL = 'http://localhost'

const check = (name: string, value: unknown, { test, expected }: Check<unknown>): void => {
  if (!test(value)) {
    throw new TypeError(`Cannot create the aggregator: ${mustBe(name, expected, value)}`)
  }
}
