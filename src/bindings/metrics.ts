import type { Attributes, Counter, Histogram } from '@opentelemetry/api'
import { counter, histogram } from '../metrics/define.ts'
import { SCOPE_NAME } from '../version.ts'
import { ATTR } from './attributes.ts'

/** Semantic conventions, "Database client metrics": operations of a millisecond are usual. */
const DB_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

let durations: Pick<Histogram, 'record'> | undefined
let lookups: Pick<Counter, 'add'> | undefined

/** The dimensions of a database operation that are few. */
const DB_KEYS = [ATTR.dbSystem, ATTR.operation, ATTR.namespace, ATTR.collection]

/** Measures one database operation: `db.client.operation.duration`, in seconds. */
export const measureDatabase =
  (attributes: Attributes) =>
  (durationMs: number, failure: Attributes | undefined): void => {
    durations ??= histogram('db.client.operation.duration', {
      unit: 's',
      description: 'Duration of database client operations.',
      boundaries: DB_SECONDS,
      meter: SCOPE_NAME,
    })
    const measured: Attributes = { ...failure }
    for (const key of DB_KEYS) {
      measured[key] = attributes[key]
    }
    durations.record(durationMs / 1000, measured)
  }

/** Counts what was looked up in KV, R2 or a cache: `hono.cache.lookups`, by hit and miss. */
export const countLookups = (attributes: Attributes, hits: number, misses: number): void => {
  lookups ??= counter('hono.cache.lookups', {
    unit: '{lookup}',
    description: 'Keys looked up in KV, R2 and the Cache API, by whether they were there.',
    meter: SCOPE_NAME,
    integer: true,
  })
  const { [ATTR.bindingType]: type, [ATTR.bindingName]: name } = attributes
  for (const [result, count] of [
    ['hit', hits],
    ['miss', misses],
  ] as const) {
    if (count) {
      lookups.add(count, {
        [ATTR.bindingType]: type,
        [ATTR.bindingName]: name,
        [ATTR.cacheResult]: result,
      })
    }
  }
}

let sent: Pick<Counter, 'add'> | undefined
let sendDurations: Pick<Histogram, 'record'> | undefined

const MESSAGING_KEYS = [
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
]

/** Measures what is sent to a queue, per "Messaging client metrics". */
export const measureSend =
  (attributes: Attributes, count: number | undefined) =>
  (durationMs: number, failure: Attributes | undefined): void => {
    sendDurations ??= histogram('messaging.client.operation.duration', {
      unit: 's',
      description: 'Duration of messaging operations that a producer initiated.',
      meter: SCOPE_NAME,
    })
    sent ??= counter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Messages that a producer attempted to send.',
      meter: SCOPE_NAME,
      integer: true,
    })
    const measured: Attributes = { ...failure }
    for (const key of MESSAGING_KEYS) {
      measured[key] = attributes[key]
    }
    sendDurations.record(durationMs / 1000, measured)
    if (count) {
      sent.add(count, measured)
    }
  }
