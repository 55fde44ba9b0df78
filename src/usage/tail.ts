import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import * as ATTR from '../base/semconv.ts'
import { SCOPE_NAME } from '../base/version.ts'
import { isPush, type TraceItem } from '../handlers/tail.ts'
import { lazyAdding } from '../metrics/lazy.ts'
import { accessLineOf } from './access-line.ts'
import { INVOCATION } from './owner.ts'
import type { CostModel } from './priced.ts'

/** Settings of {@link tailUsage}. */
export interface TailUsageOptions {
  /** Puts a price on CPU time: `costs()` from `hono-observability/costs`. Default none. */
  costs?: CostModel
}

const seconds = (name: string, description: string) =>
  lazyAdding({ unit: 's', description, meter: SCOPE_NAME }, (meter, options) =>
    meter.createCounter(name, options),
  )

/**
 * The handler of a tail Worker that counts, by route, what only the platform knows: CPU time, as `hono.usage.cpu_time`,
 * and wall time, as `hono.usage.wall_time`, both in seconds. The route is what the request's access line says, which
 * comes beside `cpuTime`: the tailed Worker must write its lines to the console as they are by default. Where there is
 * none (sampled out by `logs.accessRatio`, cut off by the platform, a 404) the time is counted without a route.
 *
 * @param options - Prices. Default: none.
 * @returns What a Worker exports as `tail`, for `instrument` to send what it counts.
 * @throws {TypeError} when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { instrument } from 'hono-observability'
 * import { costs } from 'hono-observability/costs'
 * import { tailUsage } from 'hono-observability/usage'
 *
 * export default instrument({ tail: tailUsage({ costs: costs() }) }, { service: { name: 'shop' } })
 * ```
 */
export const tailUsage = (options: TailUsageOptions = {}): ((events: unknown) => void) => {
  const { costs } = options
  if (costs !== undefined && typeof costs?.record !== 'function') {
    throw new TypeError(
      `Cannot count CPU time: \`costs\` must be what \`costs()\` of \`hono-observability/costs\` returns, received ${typeof costs}`,
    )
  }
  const cpuTime = seconds('hono.usage.cpu_time', 'CPU time, as the platform measured it.')
  const wallTime = seconds(
    'hono.usage.wall_time',
    'Time from the begin of invocations to their ends, work in waitUntil included.',
  )
  const count = (item: TraceItem): void => {
    const by = attributesOf(item)
    const cpuMs = millisecondsOf(item.cpuTime)
    cpuTime.add(cpuMs / 1000, by)
    wallTime.add(millisecondsOf(item.wallTime) / 1000, by)
    costs?.record({ cpuMs }, by)
  }
  return (events) => {
    for (const item of Array.isArray(events) ? (events as (TraceItem | null)[]) : []) {
      // Pushes to the aggregator, were they counted, would each bring about another.
      if (item && !isPush(item)) {
        guard(() => count(item))
      }
    }
  }
}

const millisecondsOf = (value: unknown): number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0

interface Event {
  readonly request?: { readonly method?: string }
  readonly cron?: string
  readonly queue?: string
  readonly mailFrom?: string
  readonly rpcMethod?: string
  readonly scheduledTime?: unknown
}

/** As `usage` names what it counts, in the tailed Worker. */
const attributesOf = (item: TraceItem): Attributes => {
  const line = accessLineOf(item)
  const { request, cron, queue, mailFrom, rpcMethod, scheduledTime } = (item.event ?? {}) as Event
  const script = { 'cloudflare.script_name': item.scriptName ?? undefined }
  if (line) {
    return { ...script, [ATTR.requestMethod]: line.method, [ATTR.route]: line.route }
  }
  if (request) {
    return script
  }
  const entrypoint = item.entrypoint ?? 'default'
  const name =
    typeof cron === 'string'
      ? `scheduled ${cron}`
      : queue !== undefined
        ? `process ${queue}`
        : mailFrom !== undefined
          ? 'email'
          : rpcMethod !== undefined
            ? `${entrypoint}/${rpcMethod}`
            : scheduledTime !== undefined
              ? `alarm ${entrypoint}`
              : 'event'
  return { ...script, [INVOCATION]: name }
}
