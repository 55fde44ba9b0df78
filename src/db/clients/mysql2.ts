import type { Attributes } from '@opentelemetry/api'
import { readProperty } from '../../base/thrown.ts'
import type { Operation } from '../../bindings/operation.ts'
import type { Watcher } from '../../context/results/watcher.ts'
import { type Client, clientOf } from '../client.ts'
import { endUse, waitForConnection } from '../connection-times.ts'
import { intercept, type Method } from '../intercept.ts'
import { bound, type Callback, observeCall } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { type PoolState, watchPool } from '../pools.ts'
import { has, isNumber, part } from '../shape.ts'

/** What callbacks are given to. What promises come from has one of these inside. */
const coreOf = (value: unknown): object | undefined =>
  [value, part(value, 'pool'), part(value, 'connection')].find((each) =>
    has(each, 'query', 'execute', 'promise', 'format'),
  ) as object | undefined

const isPool = (core: object): boolean => has(core, 'getConnection', 'releaseConnection')

/** A pool or a connection of `mysql2`, or of `mysql2/promise`. */
export const isMysql2 = (value: unknown): boolean =>
  has(value, 'query', 'execute') && coreOf(value) !== undefined

export const instrumentMysql2 = (target: object, options: DatabaseOptions): void => {
  const core = coreOf(target) as object
  const config = part(core, 'config')
  const settings = isPool(core) ? part(config, 'connectionConfig') : config
  const { host, port, socketPath, database } = settings
  const client = clientOf(
    'mysql',
    { address: socketPath ?? host, port: socketPath ? undefined : port, namespace: database },
    options,
  )
  if (!isPool(core)) {
    hookConnection(core, client)
    return
  }
  watchPool(client, core, readPool)
  intercept(core, {
    ...statements(client),
    getConnection(args, call) {
      const got = waitForConnection(client)
      const [callback, ...rest] = args
      return typeof callback !== 'function'
        ? call(args)
        : call([
            // A connection that is waited for is handed over by whoever gives it back: not in their context.
            bound(callback as Callback, ([error, connection]) => {
              got(connection, readProperty(error, 'code') === 'ETIMEDOUT')
              if (coreOf(connection)) {
                hookConnection(connection as object, client)
              }
            }),
            ...rest,
          ])
    },
    releaseConnection(args, call) {
      const [connection] = args
      if (typeof connection === 'object' && connection) {
        endUse(client, connection)
      }
      return call(args)
    },
  })
}

interface Mysql2Pool {
  _allConnections?: { length?: number }
  _freeConnections?: { length?: number }
  _connectionQueue?: { length?: number }
  config: { connectionLimit?: number; maxIdle?: number }
}

const readPool = (pool: object): PoolState => {
  const {
    _allConnections: all,
    _freeConnections: free,
    _connectionQueue: queue,
    config,
  } = pool as Mysql2Pool
  const total = all?.length
  const idle = free?.length
  return {
    used: isNumber(total) && isNumber(idle) ? total - idle : undefined,
    idle,
    pending: queue?.length,
    // 0 is no limit.
    max: config.connectionLimit || undefined,
    idleMax: config.maxIdle,
  }
}

const hookConnection = (target: object, client: Client): void =>
  intercept(target, statements(client))

const statements = (client: Client): Readonly<Record<string, Method>> => {
  const observed: Method = (args, call) =>
    observeCall(client, () => describe(client, args), args, call, watchCommand)
  return { query: observed, execute: observed }
}

interface Config {
  sql?: unknown
  values?: unknown
}

const describe = (client: Client, args: unknown[]): Operation => {
  const [first, second] = args
  const { sql, values } =
    typeof first === 'object' && first !== null ? (first as Config) : { sql: first }
  const given = typeof second === 'function' ? undefined : second
  return sqlOperation(
    client,
    // A single value may stand alone.
    [statement(sql, values ?? (given === undefined ? undefined : [given].flat()))],
    succeeded,
  )
}

/** Several results, one for each statement, are lists within the list. */
const succeeded = (result: unknown): Attributes | undefined =>
  Array.isArray(result) && Array.isArray(result[0]) ? undefined : rowsOf(result)

/** Without a callback, a command tells its rows, its error and its end by events. */
const watchCommand = (result: unknown, watcher: Watcher): boolean => {
  if (!has(result, 'emit', 'once')) {
    return false
  }
  intercept(result as object, {
    emit(args, call) {
      const [event, first] = args
      if (event === 'error') {
        watcher.fail(first)
      } else if (event === 'end') {
        watcher.settled(undefined)
      }
      return call(args)
    },
  })
  watcher.wait()
  return true
}
