import type { Attributes } from '@opentelemetry/api'
import { count, delay, flag, text } from '../../base/checks.ts'
import { type Environment, openEnvironment, pairs } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import type { BatchConfig, Config } from './config.ts'
import { resolveOtlp } from './destination.ts'
import { resolveHttp } from './http.ts'
import { resolveLogs } from './logs.ts'
import { resolveMetrics } from './metrics.ts'
import type { BatchOptions, ObservabilityOptions } from './options.ts'
import { resolveSecrets, sealingSecrets } from './secrets.ts'
import { resolveTraces } from './traces.ts'

const NO_VARIABLES: Environment = { read: () => undefined, readList: () => undefined }

function resolveResource(
  { service = {}, resource }: ObservabilityOptions,
  { read }: Environment,
): Attributes {
  const attributes = merge<Attributes>(
    {},
    read('RESOURCE_ATTRIBUTES', pairs),
    { 'service.name': read('SERVICE_NAME', text) },
    resource,
    {
      'service.name': service.name,
      'service.version': service.version,
      'service.namespace': service.namespace,
      'deployment.environment.name': service.environment,
    },
  )
  return merge(attributes, { 'service.name': attributes['service.name'] || 'unknown_service' })
}

/** @param destinations How many share the requests that one invocation may make. */
function resolveBatch(
  options: BatchOptions | undefined,
  { read }: Environment,
  destinations: number,
): BatchConfig {
  const batch = merge<BatchConfig>(
    {
      maxBatchSize: read('BSP_MAX_EXPORT_BATCH_SIZE', count) ?? 512,
      maxQueueSize: read('BSP_MAX_QUEUE_SIZE', count),
      maxQueueBytes: 16_777_216,
      maxLingerMs: 1000,
      delayMs: read('BSP_SCHEDULE_DELAY', delay) ?? 5000,
      maxSubrequests: Math.ceil(30 / destinations),
    },
    options,
  )
  // A batch larger than the queue would never fill.
  const { maxBatchSize, maxQueueSize = maxBatchSize } = batch
  return merge(batch, { maxBatchSize: Math.min(maxBatchSize, maxQueueSize) })
}

/**
 * Merges code over environment over defaults. Expects validated options and changes none of them.
 *
 * @param get reads one environment variable; may throw, which counts as unset
 * @param warn receives one message for each variable that is not usable, without secrets
 * @param isShortLived whether isolates come and go, as on Workers
 */
export function resolveConfig(
  options: ObservabilityOptions,
  get: (name: string) => string | undefined,
  warn: (message: string) => void,
  isShortLived = false,
): Config {
  const env = openEnvironment(get, warn)
  const given = [options.otlp ?? {}].flat()
  const count = given.filter(Boolean).length
  const otlp = given.flatMap((each, index) => {
    // One receiver's endpoint and headers must not reach another, also when the first is turned off.
    const resolved = each && resolveOtlp(each, index ? NO_VARIABLES : env)
    return resolved
      ? Object.freeze({ ...resolved, batch: resolveBatch(each.batch, env, count) })
      : []
  })
  const logs = resolveLogs(options.logs, env)
  const traces = resolveTraces(options.traces, env, logs && logs.otlp)
  const secrets = resolveSecrets(env)
  const disabled = options.disabled ?? env.read('SDK_DISABLED', flag) ?? false
  return Object.freeze({
    disabled,
    resource: resolveResource(options, env),
    otlp,
    batch: otlp[0]?.batch ?? resolveBatch(undefined, env, 1),
    traces,
    metrics: resolveMetrics(options.metrics, env, isShortLived),
    logs,
    http: resolveHttp(options.http, env),
    native: disabled || !traces.enabled || options.native === 'off' ? undefined : options.native,
    secrets,
    sealing: sealingSecrets(secrets, otlp),
  })
}
