import type { Attributes } from '@opentelemetry/api'
import { readProperty } from '../../base/thrown.ts'
import type { Operation } from '../../bindings/operation.ts'
import { watchPromise } from '../../context/results/promise.ts'
import type { Watcher } from '../../context/results/watcher.ts'
import { type Client, clientOf } from '../client.ts'
import { endUse, waitForConnection } from '../connection-times.ts'
import { intercept } from '../intercept.ts'
import { bound, type Callback, observeCall } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { type PoolState, watchPool } from '../pools.ts'
import { has, isNumber, part } from '../shape.ts'

/** `Client` of `pg`, and what a pool of it hands out. */
export const isPgClient = (value: unknown): boolean =>
  has(value, 'query', 'connect', 'end', 'escapeIdentifier', 'setTypeParser')

/** `Pool` of `pg` and of `pg-pool`. */
export const isPgPool = (value: unknown): boolean =>
  has(value, 'query', 'connect', 'end') &&
  ['totalCount', 'idleCount', 'waitingCount'].every((key) => isNumber(readProperty(value, key)))

export const instrumentPgClient = (target: object, options: DatabaseOptions): void => {
  const parameters = part(target, 'connectionParameters')
  const { host, port, database } = 'host' in parameters ? parameters : part(target, 'options')
  hookClient(target, clientOf('postgresql', { address: host, port, namespace: database }, options))
}

export const instrumentPgPool = (target: object, options: DatabaseOptions): void => {
  const settings = part(target, 'options')
  const url = urlOf(settings.connectionString)
  // What `pg` falls back on.
  const env = part(part(globalThis, 'process'), 'env')
  const client = clientOf(
    'postgresql',
    {
      address: url?.hostname ?? settings.host ?? env.PGHOST ?? 'localhost',
      port: url?.port || settings.port || env.PGPORT || 5432,
      namespace: url?.pathname.slice(1) || settings.database || env.PGDATABASE,
    },
    options,
  )
  watchPool(client, target, readPool)
  intercept(target, {
    query: (args, call) => observeCall(client, () => describe(client, args), args, call),
    connect: (args, call) => connect(client, args, call),
    emit(args, call) {
      const [event, first, second] = args
      if ((event === 'connect' || event === 'acquire') && isPgClient(first)) {
        hookClient(first as object, client)
      } else if (event === 'release' && typeof second === 'object' && second) {
        endUse(client, second)
      }
      return call(args)
    },
  })
}

const urlOf = (text: unknown): URL | undefined => {
  try {
    return typeof text === 'string' ? new URL(text) : undefined
  } catch {
    return undefined
  }
}

interface PgPool {
  totalCount: number
  idleCount: number
  waitingCount: number
  options: { max?: number; min?: number }
}

const readPool = (pool: object): PoolState => {
  const { totalCount, idleCount, waitingCount, options } = pool as PgPool
  return {
    used: totalCount - idleCount,
    idle: idleCount,
    pending: waitingCount,
    max: options.max,
    idleMin: options.min,
  }
}

const TIMEOUT = /timeout exceeded when trying to connect|due to connection timeout/

/** A connection that is waited for is handed over by whoever gives it back: not in their context. */
const connect = (client: Client, args: unknown[], call: (args: unknown[]) => unknown): unknown => {
  const got = waitForConnection(client)
  const tell = (error: unknown, connection?: unknown): void =>
    got(connection, TIMEOUT.test(String(readProperty(error, 'message'))))
  const [callback, ...rest] = args
  if (typeof callback === 'function') {
    return call([
      bound(callback as Callback, ([error, connection]) => tell(error, connection)),
      ...rest,
    ])
  }
  const result = call(args)
  if (result instanceof Promise) {
    watchPromise(result, { settled: (connection) => tell(undefined, connection), fail: tell })
  }
  return result
}

const hookClient = (target: object, client: Client): void =>
  intercept(target, {
    query: (args, call) =>
      observeCall(client, () => describe(client, args), args, call, watchSubmitted),
  })

interface Config {
  text?: unknown
  values?: unknown
  name?: unknown
}

const describe = (client: Client, args: unknown[]): Operation => {
  const [first, second] = args
  const { text, values, name } =
    typeof first === 'object' && first !== null ? (first as Config) : { text: first }
  return sqlOperation(
    client,
    // A prepared statement may be asked for by its name alone.
    [statement(text ?? `EXECUTE ${String(name)}`, values ?? second)],
    succeeded,
  )
}

const succeeded = (result: unknown): Attributes | undefined => rowsOf(readProperty(result, 'rows'))

/** Cursors, streams and queries that are objects: the client tells them when they are over. */
const watchSubmitted = (result: unknown, watcher: Watcher): boolean => {
  if (!has(result, 'submit', 'handleReadyForQuery', 'handleError')) {
    return false
  }
  intercept(result as object, {
    handleReadyForQuery(args, call) {
      watcher.settled(undefined)
      return call(args)
    },
    handleError(args, call) {
      watcher.fail(args[0])
      return call(args)
    },
  })
  watcher.wait()
  return true
}
