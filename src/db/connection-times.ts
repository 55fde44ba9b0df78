import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { counts, durations } from '../bindings/metrics.ts'
import type { Client } from './client.ts'
import { type Ask, measurePools, now, POOL } from './pools.ts'

/** Seconds, as the conventions have it for operations of databases. */
const BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

const waited = /* @__PURE__ */ durations(
  'db.client.connection.wait_time',
  'The time it took to obtain an open connection from the pool.',
  [POOL],
  BOUNDARIES,
)

const used = /* @__PURE__ */ durations(
  'db.client.connection.use_time',
  'The time between borrowing a connection and returning it to the pool.',
  [POOL],
  BOUNDARIES,
)

const timedOut = /* @__PURE__ */ counts(
  'db.client.connection.timeouts',
  '{timeout}',
  'The number of connection timeouts that have occurred trying to obtain a connection from the pool.',
  [POOL],
)

const named = ({ poolName }: Client): Attributes => ({ [POOL]: poolName })

const since = /* @__PURE__ */ new WeakMap<object, number>()

/** A pool is asked for a connection; the returned function is to be called with what it answered. */
export const waitForConnection = (
  client: Client | Ask,
): ((connection: unknown, isTimeout?: boolean) => void) => {
  const startedMs = performance.now()
  guard(measurePools)
  return (connection, isTimeout = false) =>
    void guard(() => {
      const nowMs = performance.now()
      if (typeof connection === 'object' && connection !== null) {
        waited(named(now(client)))(nowMs - startedMs, undefined)
        since.set(connection, nowMs)
      } else if (isTimeout) {
        timedOut(named(now(client)))
      }
    })
}

/** A connection has been given back, or was closed while it was in use. */
export const endUse = (client: Client, connection: object): void =>
  void guard(() => {
    const startedMs = since.get(connection)
    if (startedMs !== undefined) {
      since.delete(connection)
      used(named(client))(performance.now() - startedMs, undefined)
    }
  })
