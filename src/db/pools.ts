import { type Meter, type MeterProvider, metrics } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { isThere } from '../metrics/early.ts'
import type { Client } from './client.ts'

/** Pools that are asked for their connections: the newest that are still in use. */
export const MAX_POOLS = 100

/** `db.client.connection.pool.name` */
export const POOL = 'db.client.connection.pool.name'

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
export type Ask = () => Client

export const now = (client: Client | Ask): Client =>
  typeof client === 'function' ? client() : client

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
