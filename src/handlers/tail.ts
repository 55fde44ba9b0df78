import type { Attributes, Counter, Histogram } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import type { Run } from '../invocation/invocation.ts'
import { run } from '../invocation/run.ts'
import { ownCounter, ownHistogram } from '../metrics/own.ts'

/** What the platform tells a tail Worker of one invocation; times in milliseconds. */
export interface TraceItem {
  readonly scriptName?: string | null
  readonly entrypoint?: string
  readonly outcome?: string
  readonly event?: object | null
  readonly executionModel?: string
  readonly cpuTime?: number
  readonly wallTime?: number
  readonly logs?: readonly { readonly message?: unknown }[]
}

const invocations: Pick<Counter, 'add'> = /* @__PURE__ */ ownCounter(
  'hono.tail.invocations',
  '{invocation}',
  'Invocations of the Workers that are tailed, by their outcome.',
)

const CPU_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 30]

const cpuTime: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'hono.tail.cpu_time',
  'CPU time of an invocation, as the platform measured it.',
  CPU_SECONDS,
)

const wallTime: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'hono.tail.wall_time',
  'Time from the begin of an invocation to its end, work in waitUntil included.',
)

/**
 * Measures the invocations that a tail Worker is told of, and runs its own handler. There is no span:
 * that would be telemetry about telemetry, one for each request of the Workers that are tailed.
 */
export const runTail: Run = (invocation, events, call) =>
  run(
    invocation,
    ({ config: { metrics } }) => {
      const hasAggregator = metrics && metrics.temporality === 'aggregator'
      for (const item of Array.isArray(events) ? (events as (TraceItem | null)[]) : []) {
        if (item && !(hasAggregator && isPush(item))) {
          guard(() => measure(item))
        }
      }
      return undefined
    },
    () => call(events),
  )

/** Of metrics to the aggregator, whose Worker may be tailed too: each would be told of, measured, and pushed. */
export const isPush = ({ executionModel, event }: TraceItem): boolean =>
  executionModel === 'durableObject' &&
  (event as { rpcMethod?: unknown } | null | undefined)?.rpcMethod === 'push'

const measure = (item: TraceItem): void => {
  const { cron } = (item.event ?? {}) as { cron?: unknown }
  const attributes: Attributes = {
    'cloudflare.script_name': item.scriptName ?? 'unknown',
    'hono.tail.outcome': item.outcome ?? 'unknown',
    'hono.tail.event': eventType(item.event),
    // Whether a schedule is kept can only be told schedule by schedule.
    ...(typeof cron === 'string' && { 'faas.cron': cron }),
    ...(item.entrypoint && { 'hono.tail.entrypoint': item.entrypoint }),
  }
  invocations.add(1, attributes)
  cpuTime.record((item.cpuTime ?? 0) / 1000, attributes)
  wallTime.record((item.wallTime ?? 0) / 1000, attributes)
}

/** By a property that only this kind of event has, the more telling ones first. */
const EVENTS: readonly (readonly [string, string])[] = [
  ['request', 'fetch'],
  ['rpcMethod', 'rpc'],
  ['cron', 'scheduled'],
  ['queue', 'queue'],
  ['mailFrom', 'email'],
  ['consumedEvents', 'tail'],
  ['getWebSocketEvent', 'websocket'],
  ['scheduledTime', 'alarm'],
]

const eventType = (event: object | null | undefined): string =>
  EVENTS.find(([property]) => event && property in event)?.[1] ?? 'other'
