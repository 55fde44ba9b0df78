import { readProperty } from '../../base/thrown.ts'
import { type Client, clientOf } from '../client.ts'
import { endUse, waitForConnection } from '../connection-times.ts'
import { intercept } from '../intercept.ts'
import { bound, observeCall } from '../observe-call.ts'
import type { DatabaseOptions } from '../options.ts'
import { type PoolState, watchPool } from '../pools.ts'
import { type Command, firstFailure, redisOperation } from '../redis-operation.ts'
import { has, isNumber, part } from '../shape.ts'

/** A client of `redis` 5 and later. */
export const isRedis = (value: unknown): boolean =>
  has(value, 'sendCommand', '_executeCommand', '_executeMulti', '_executePipeline', 'connect')

/** A pool of `redis` 5 and later. */
export const isRedisPool = (value: unknown): boolean =>
  has(value, 'execute', 'sendCommand', 'multi', 'connect') &&
  ['idleClients', 'clientsInUse', 'tasksQueueLength'].every((key) =>
    isNumber(readProperty(value, key)),
  )

/** What an app holds, here and with options for commands, only leads to it. */
const selfOf = (target: object): object => {
  const self = readProperty(target, '_self')
  return typeof self === 'object' && self !== null ? self : target
}

const describeClient = (target: object, options: DatabaseOptions): Client => {
  const settings = part(target, 'options')
  const { host = 'localhost', port = 6379, path } = part(settings, 'socket')
  return clientOf(
    'redis',
    { address: path ?? host, port: path ? undefined : port, namespace: settings.database ?? 0 },
    options,
  )
}

export const instrumentRedis = (target: object, options: DatabaseOptions): void =>
  hookClient(target, describeClient(target, options))

export const instrumentRedisPool = (target: object, options: DatabaseOptions): void => {
  const self = selfOf(target)
  // Of its clients, the first that works tells where they are.
  let client = clientOf('redis', {}, options)
  let isKnown = false
  watchPool(() => client, self, readPool)
  intercept(self, {
    execute(args, call) {
      const [work, ...rest] = args
      if (typeof work !== 'function') {
        return call(args)
      }
      const got = waitForConnection(() => client)
      return call([
        // Work that waits is begun by whoever gives a client back: not in their context.
        bound(
          (connection) => {
            const result: unknown = (work as (connection: unknown) => unknown)(connection)
            const end = (): void => endUse(client, connection as object)
            if (result instanceof Promise) {
              result.then(end, end)
            } else {
              end()
            }
            return result
          },
          ([connection]) => {
            if (!isKnown) {
              isKnown = true
              client = describeClient(connection as object, options)
            }
            hookClient(connection as object, client)
            got(connection)
          },
        ),
        ...rest,
      ])
    },
  })
}

interface RedisPool {
  idleClients: number
  clientsInUse: number
  tasksQueueLength: number
}

const readPool = (pool: object): PoolState => {
  const { idleClients, clientsInUse, tasksQueueLength } = pool as RedisPool
  return { used: clientsInUse, idle: idleClients, pending: tasksQueueLength }
}

interface Queued {
  args: Command
}

const hookClient = (target: object, client: Client): void => {
  const failure = firstFailure(client, (answer) => (answer instanceof Error ? answer : undefined))
  const batch =
    (kind: 'MULTI' | 'PIPELINE') =>
    (args: unknown[], call: (args: unknown[]) => unknown): unknown =>
      observeCall(
        client,
        () =>
          redisOperation(
            client,
            (args[0] as Queued[]).map((each) => each.args),
            kind,
            failure,
          ),
        args,
        call,
      )
  intercept(selfOf(target), {
    sendCommand: (args, call) =>
      observeCall(client, () => redisOperation(client, [args[0] as Command]), args, call),
    _executeMulti: batch('MULTI'),
    _executePipeline: batch('PIPELINE'),
  })
}
