import { readProperty } from '../../base/thrown.ts'
import { beginOperation } from '../../bindings/observe.ts'
import { watchSettled } from '../../context/results/watch.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept, type Method } from '../intercept.ts'
import { isInside, observeCall, runInside } from '../observe-call.ts'
import type { DatabaseOptions } from '../options.ts'
import { type Command, firstFailure, redisOperation } from '../redis-operation.ts'
import { has, part } from '../shape.ts'

/** `Redis` and `Cluster` of `ioredis`. */
export const isIoredis = (value: unknown): boolean =>
  has(value, 'sendCommand', 'pipeline', 'multi', 'defineCommand', 'duplicate') &&
  typeof readProperty(value, 'status') === 'string'

/** What a connection says for itself before it is ready. */
const HANDSHAKE = /^(?:auth|client|hello|info|readonly|select)$/i

export const instrumentIoredis = (target: object, options: DatabaseOptions): void => {
  const { host, port, path, db } = part(target, 'options')
  const client = clientOf(
    'redis',
    { address: path ?? host, port: path ? undefined : port, namespace: db },
    options,
  )
  const seen = new WeakSet<object>()
  const batching: Method = (args, call) => hookPipeline(call(args), client)
  intercept(target, {
    sendCommand(args, call, self) {
      const [command, stream] = args
      const {
        name,
        args: words,
        promise,
      } = command as {
        name?: unknown
        args?: unknown[]
        promise?: unknown
      }
      // Those of a pipeline have a stream. One that is sent again, when there is a connection, is the same.
      if (stream || isInside() || seen.has(command as object) || isHandshake(self, name)) {
        return call(args)
      }
      seen.add(command as object)
      const watcher = beginOperation(options, () =>
        redisOperation(client, [[name, ...(words ?? [])]]),
      )
      if (!watcher) {
        return call(args)
      }
      const result = runInside(watcher, () => call(args))
      watchSettled(promise, watcher)
      return result
    },
    pipeline: batching,
    multi: batching,
  })
}

const isHandshake = (connection: object, name: unknown): boolean =>
  readProperty(connection, 'status') === 'connect' && HANDSHAKE.test(String(name))

interface Queued {
  name?: unknown
  args?: unknown[]
}

const commandsOf = (pipeline: object): Command[] =>
  ((readProperty(pipeline, '_queue') as Queued[] | undefined) ?? [])
    .filter(({ name }) => !/^(?:multi|exec)$/i.test(String(name)))
    .map(({ name, args = [] }) => [name, ...args])

/** A pipeline is one operation when it is executed; a transaction may be one too, and may be executed again. */
const hookPipeline = (pipeline: unknown, client: Client): unknown => {
  if (!has(pipeline, 'exec') || readProperty(pipeline, 'isPipeline') !== true) {
    return pipeline
  }
  let isBegun = false
  const failure = firstFailure(client, (answer) => readProperty(answer, '0'))
  intercept(pipeline as object, {
    exec(args, call, self) {
      if (isBegun) {
        return call(args)
      }
      isBegun = true
      const isMulti = Number(readProperty(self, '_transactions')) > 0
      return observeCall(
        client,
        () => redisOperation(client, commandsOf(self), isMulti ? 'MULTI' : 'PIPELINE', failure),
        args,
        call,
      )
    },
  })
  return pipeline
}
