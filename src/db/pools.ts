import { type Attributes, type Meter, type MeterProvider, metrics } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { counts, durations } from '../bindings/metrics.ts'
import { isThere } from '../metrics/early.ts'
import type { Client } from './client.ts'

/** Pools that are asked for their connections: the newest that are still in use. */
export const MAX_POOLS = 100

const POOL = 'db.client.connection.pool.name'

/** What a pool tells of itself, undefined where it does not. */
export interface PoolState {
  readonly used?: number | undefined
  readonly idle?: number | undefined
  readonly max?: number | undefined
  readonly idleMax?: number | undefined
  readonly idleMin?: number | undefined
  readonly pending?: number | undefined
}

/** For pools that are told late whose they are. */
type Ask = () => Client

const now = (client: Client | Ask): Client => (typeof client === 'function' ? client() : client)

interface Pool {
  readonly client: Ask
  readonly of: WeakRef<object>
  readonly read: (pool: object) => PoolState
}

const pools = /* @__PURE__ */ new Set<Pool>()
const watched = /* @__PURE__ */ new WeakSet<object>()
const measured = /* @__PURE__ */ new WeakSet<MeterProvider>()

/** Of all pools of one name together, that are alive. */
const statesByName = (): ReadonlyMap<string, PoolState> => {
  const states = new Map<string, Record<string, number>>()
  for (const pool of pools) {
    const target = pool.of.deref()
    if (!target) {
      pools.delete(pool)
      continue
    }
    const { poolName } = pool.client()
    const sum = states.get(poolName) ?? {}
    for (const [key, value] of Object.entries(guard(() => pool.read(target)) ?? {})) {
      if (Number.isFinite(value)) {
        sum[key] = (sum[key] ?? 0) + value
      }
    }
    states.set(poolName, sum)
  }
  return states
}

type Gauge = readonly [
  name: string,
  unit: string,
  description: string,
  keys: readonly (keyof PoolState)[],
]

// biome-ignore format: a table
const GAUGES: readonly Gauge[] = [
  ['count', '{connection}', 'The number of connections that are currently in state described by the `state` attribute.', ['idle', 'used']],
  ['max', '{connection}', 'The maximum number of open connections allowed.', ['max']],
  ['idle.max', '{connection}', 'The maximum number of idle open connections allowed.', ['idleMax']],
  ['idle.min', '{connection}', 'The minimum number of idle open connections allowed.', ['idleMin']],
  ['pending_requests', '{request}', 'The number of current pending requests for an open connection.', ['pending']],
]

const measure = (meter: Meter): void => {
  const gauges = GAUGES.map(([name, unit, description]) =>
    meter.createObservableUpDownCounter(`db.client.connection.${name}`, { unit, description }),
  )
  meter.addBatchObservableCallback((result) => {
    for (const [name, state] of statesByName()) {
      GAUGES.forEach(([metric, , , keys], index) => {
        for (const key of keys) {
          const value = state[key]
          const gauge = gauges[index]
          if (value !== undefined && gauge) {
            result.observe(gauge, value, {
              [POOL]: name,
              ...(metric === 'count' && { 'db.client.connection.state': key }),
            })
          }
        }
      })
    }
  }, gauges)
}

/** Makes the metrics of pools, if there is somebody to ask for them by now. */
export const measurePools = (): void => {
  const provider = metrics.getMeterProvider()
  if (!measured.has(provider) && isThere()) {
    measured.add(provider)
    guard(() => measure(provider.getMeter(SCOPE_NAME, VERSION)))
  }
}

/** Asks a pool for its connections for as long as it is in use; it is not kept alive by it. */
export const watchPool = (
  client: Client | Ask,
  target: object,
  read: (pool: object) => PoolState,
): void => {
  // Not where Workers ask for a compatibility date that has none.
  if (typeof WeakRef === 'function' && !watched.has(target)) {
    watched.add(target)
    pools.add({
      client: () => now(client),
      of: new WeakRef(target),
      read,
    })
    for (const oldest of pools) {
      if (pools.size <= MAX_POOLS) {
        break
      }
      pools.delete(oldest)
    }
  }
}

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
