import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import * as ATTR from '../base/semconv.ts'
import { SCOPE_NAME } from '../base/version.ts'
import { activeContext } from '../context/async-context.ts'
import { isPush, type TraceItem } from '../handlers/tail.ts'
import { lazyAdding } from '../metrics/lazy.ts'
import { currentScope } from '../telemetry/scope.ts'
import { type AccessLine, accessLineOf } from './access-line.ts'
import { INVOCATION } from './owner.ts'
import type { CostModel } from './priced.ts'

/** Settings of {@link tailUsage}. */
export interface TailUsageOptions {
  /** Puts a price on CPU time: `costs()` from `hono-observability/costs`. Default none. */
  costs?: CostModel
  /**
   * The routes of the tailed apps, as `app.routes` and access lines have them. A line that names another is none. Default:
   * the first 1000 that lines name.
   */
  routes?: readonly string[]
  /**
   * A secret that the tailed app puts on its access lines: `log.set({ 'hono.tail.mark': env.TAIL_MARK })` in a middleware
   * after `observability`. Lines without it are none. For an app that writes to the console what clients have sent: no
   * client knows it. Default none.
   */
  mark?: string
  /**
   * The class of the aggregator, as its Worker exports it. Where this Worker's own metrics go to an aggregator, pushes to
   * it are not counted: each would bring about another. Default `MetricsAggregator`.
   */
  aggregator?: string
}

/** Routes that lines may name where none are given. */
const MAX_ROUTES = 1000

const seconds = (name: string, description: string) =>
  lazyAdding({ unit: 's', description, meter: SCOPE_NAME }, (meter, options) =>
    meter.createCounter(name, options),
  )

/**
 * The handler of a tail Worker that counts, by route, what only the platform knows: CPU time, as `hono.usage.cpu_time`,
 * and wall time, as `hono.usage.wall_time`, both in seconds. The route is what the request's access line says, which
 * comes beside `cpuTime`: the tailed Worker must write its lines to the console as they are by default. Where there is
 * none (sampled out by `logs.accessRatio`, cut off by the platform, a 404) the time is counted without a route. It is the
 * last line of the form of ours, with the method and path that the platform tells; who may write such a line is known by
 * `mark`.
 *
 * @param options - Prices, and which lines are believed. Default: none, and all of the form of ours.
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
  const { costs, routes, mark, aggregator = 'MetricsAggregator' } = options
  checkTexts(options)
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
  const known = new Set(routes)
  const isKnown = (route: string): boolean => {
    if (!routes && known.size < MAX_ROUTES) {
      known.add(route)
    }
    return known.has(route)
  }
  const count = (item: TraceItem): void => {
    const line = accessLineOf(item, mark)
    const by = attributesOf(
      item,
      line?.route === undefined || isKnown(line.route) ? line : undefined,
    )
    const cpuMs = millisecondsOf(item.cpuTime)
    cpuTime.add(cpuMs / 1000, by)
    wallTime.add(millisecondsOf(item.wallTime) / 1000, by)
    costs?.record({ cpuMs }, by)
  }
  return (events) => {
    const { metrics } = currentScope(activeContext())?.telemetry.config ?? {}
    const hasAggregator = metrics && metrics.temporality === 'aggregator'
    for (const item of Array.isArray(events) ? (events as (TraceItem | null)[]) : []) {
      // Each would bring about another. A method of that name of the app's own class is none of these.
      const isOurs = hasAggregator && item?.entrypoint === aggregator && isPush(item)
      if (item && !isOurs) {
        guard(() => count(item))
      }
    }
  }
}

const checkTexts = (options: TailUsageOptions): void => {
  const { routes, mark, aggregator } = options
  if (routes !== undefined && !(Array.isArray(routes) && routes.every(isText))) {
    refuse('routes', 'an array of texts', routes)
  }
  if (Object.hasOwn(options, 'mark') && !isText(mark)) {
    // Of a secret that has not been set, too: every line would be believed.
    refuse('mark', 'a text that is not empty', mark)
  }
  if (aggregator !== undefined && !isText(aggregator)) {
    refuse('aggregator', 'the name of a class', aggregator)
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

const refuse = (option: string, expected: string, received: unknown): never => {
  throw new TypeError(
    `Cannot count CPU time: \`${option}\` must be ${expected}, received ${received === '' ? 'an empty text' : typeof received}`,
  )
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
const attributesOf = (item: TraceItem, line: AccessLine | undefined): Attributes => {
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
