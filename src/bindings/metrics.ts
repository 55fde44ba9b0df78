import type { Attributes } from '@opentelemetry/api'
import { ownCounter, ownHistogram } from '../metrics/own.ts'
import * as ATTR from './attributes.ts'
import type { Measure } from './operation.ts'

/** Of an operation's attributes, those that have few values: the dimensions of its metrics. */
const pick = (
  attributes: Attributes,
  keys: readonly string[],
  more: Attributes | undefined,
): Attributes => {
  const picked: Attributes = { ...more }
  for (const key of keys) {
    picked[key] = attributes[key]
  }
  return picked
}

/** Measures operations by a histogram in seconds, with those of their attributes that `keys` names. */
export const durations = (
  name: string,
  description: string,
  keys: readonly string[],
  boundaries?: readonly number[],
): ((attributes: Attributes) => Measure) => {
  const instrument = ownHistogram(name, description, boundaries)
  return (attributes) => (durationMs, failure) =>
    instrument.record(durationMs / 1000, pick(attributes, keys, failure))
}

/** Counts something of operations, with those of their attributes that `keys` names. */
export const counts = (
  name: string,
  unit: string,
  description: string,
  keys: readonly string[],
): ((attributes: Attributes, count?: number, more?: Attributes) => void) => {
  const instrument = ownCounter(name, unit, description)
  return (attributes, count = 1, more = undefined) => {
    if (count) {
      instrument.add(count, pick(attributes, keys, more))
    }
  }
}

/** Semantic conventions, "Database client metrics": operations of a millisecond are usual. */
export const measureDatabase: (attributes: Attributes) => Measure = /* @__PURE__ */ durations(
  'db.client.operation.duration',
  'Duration of database client operations.',
  [
    ATTR.dbSystem,
    ATTR.operation,
    ATTR.namespace,
    ATTR.collection,
    ATTR.serverAddress,
    ATTR.serverPort,
  ],
  [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
)

const BINDING: readonly string[] = [ATTR.bindingType, ATTR.bindingName]

const measureOther = /* @__PURE__ */ durations(
  'hono.binding.operation.duration',
  'Duration of operations of bindings that have no metric of their own.',
  /* @__PURE__ */ BINDING.concat(ATTR.bindingOperation),
)

/** What the conventions have no metric for: R2, Workflows, Images and so on. */
export const measureBinding = (attributes: Attributes, operation: string): Measure =>
  measureOther({ ...attributes, [ATTR.bindingOperation]: operation })

const lookups = /* @__PURE__ */ counts(
  'hono.cache.lookups',
  '{lookup}',
  'Keys looked up in KV, R2 and the Cache API, by whether they were there.',
  BINDING,
)

/** Counts what was looked up in KV, R2 or a cache, by hit and miss. */
export const countLookups = (attributes: Attributes, hits: number, misses: number): void => {
  lookups(attributes, hits, { [ATTR.cacheResult]: 'hit' })
  lookups(attributes, misses, { [ATTR.cacheResult]: 'miss' })
}

/** Calls of a rate limit, by whether they were allowed. */
export const countLimited: (attributes: Attributes, count?: number, more?: Attributes) => void =
  /* @__PURE__ */ counts(
    'hono.rate_limit.checks',
    '{check}',
    'Calls of rate limits, by whether they were allowed.',
    BINDING,
  )

/** Data points handed to Analytics Engine. */
export const countDataPoints: (attributes: Attributes) => void = /* @__PURE__ */ counts(
  'hono.analytics_engine.data_points',
  '{data_point}',
  'Data points handed to Analytics Engine.',
  BINDING,
)

const MESSAGING: readonly string[] = [
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
]

const measureSending = /* @__PURE__ */ durations(
  'messaging.client.operation.duration',
  'Duration of messaging operations that a producer initiated.',
  MESSAGING,
)

const sent = /* @__PURE__ */ counts(
  'messaging.client.sent.messages',
  '{message}',
  'Messages that a producer attempted to send.',
  MESSAGING,
)

/** Measures what is sent to a queue, per "Messaging client metrics". */
export const measureSend =
  (attributes: Attributes, count: number | undefined): Measure =>
  (durationMs, failure) => {
    measureSending(attributes)(durationMs, failure)
    sent(attributes, count ?? 0, failure)
  }

/** Semantic conventions, "RPC metrics". */
export const measureRpc: (attributes: Attributes) => Measure = /* @__PURE__ */ durations(
  'rpc.client.call.duration',
  'Duration of outgoing remote procedure calls.',
  ['rpc.system.name', 'rpc.method'],
)
