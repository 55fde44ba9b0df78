import { flag } from '../../base/checks.ts'
import { type Environment, openEnvironment } from '../../base/environment.ts'
import { resolveOtlp } from '../../export/otlp/destination.ts'
import { resolveBatch } from '../../export/pipeline/batch-options.ts'
import { resolveLogs } from '../../logs/options.ts'
import { resolveMetrics } from '../../metrics/options.ts'
import { resolveTraces } from '../../traces/options.ts'
import type { Config } from './config.ts'
import { resolveHttp } from './http.ts'
import type { ObservabilityOptions } from './options.ts'
import { resolveSecrets, sealingSecrets } from './secrets.ts'
import { resolveResource } from './service.ts'

const NO_VARIABLES: Environment = {
  read: () => undefined,
  readList: () => undefined,
  readSecret: () => undefined,
}

/**
 * Merges code over environment over defaults. Expects validated options and changes none of them.
 *
 * @param get reads one environment variable; may throw, which counts as unset
 * @param warn receives one message for each variable that is not usable, without secrets
 * @param isShortLived whether isolates come and go, as on Workers
 * @param bound what a Worker has under the name of a variable, where that is no text
 */
export const resolveConfig = (
  options: ObservabilityOptions,
  get: (name: string) => string | undefined,
  warn: (message: string) => void,
  isShortLived = false,
  bound?: (name: string) => object | undefined,
): Config => {
  const disabled =
    options.disabled ?? openEnvironment(get, warn).read('OTEL_SDK_DISABLED', flag) ?? false
  const env = openEnvironment(get, disabled ? () => {} : warn, bound)
  const given = [options.otlp ?? {}].flat()
  const count = given.filter(Boolean).length
  const otlp = given.flatMap((each, index) => {
    // One receiver's endpoint and headers must not reach another, also when the first is turned off.
    const resolved = each && resolveOtlp(each, index ? NO_VARIABLES : env)
    return resolved
      ? Object.freeze({ ...resolved, batch: resolveBatch(each.batch, env, count) })
      : []
  })
  const logs = !disabled && resolveLogs(options.logs, env)
  const traces = resolveTraces(options.traces, env)
  const secrets = resolveSecrets(env)
  return Object.freeze({
    disabled,
    resource: resolveResource(options.service, options.resource, env),
    otlp,
    batch: otlp[0]?.batch ?? resolveBatch(undefined, env, 1),
    traces,
    metrics: resolveMetrics(options.metrics, env, isShortLived),
    logs,
    http: resolveHttp(options.http, env),
    usage: disabled ? undefined : options.bindings?.usage,
    native: disabled || !traces.enabled || options.native === 'off' ? undefined : options.native,
    secrets,
    sealing: sealingSecrets(secrets, otlp),
  })
}
