import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../../bindings/attributes.ts'
import { measureDatabase } from '../../bindings/metrics.ts'
import type { Operation } from '../../bindings/operation.ts'
import { watch } from '../../context/results/watch.ts'
import { type Client, clientOf, targetOf } from '../client.ts'
import { failed } from '../failure.ts'
import { intercept, type Method } from '../intercept.ts'
import { observeCall } from '../observe-call.ts'
import type { DatabaseOptions } from '../options.ts'
import { has } from '../shape.ts'

/** `Deno.Kv`. */
export const isDenoKv = (value: unknown): boolean =>
  has(value, 'get', 'getMany', 'set', 'delete', 'list', 'atomic', 'enqueue')

export const instrumentDenoKv = (target: object, options: DatabaseOptions): void => {
  const client = clientOf('deno-kv', {}, options)
  const observed =
    (operation: string): Method =>
    (args, call) =>
      observeCall(client, () => describe(client, operation, args[0]), args, call)
  intercept(target, {
    get: observed('get'),
    getMany: observed('getMany'),
    set: observed('set'),
    delete: observed('delete'),
    enqueue: observed('enqueue'),
    list: (args, call) =>
      observeCall(
        client,
        () => describe(client, 'list', undefined),
        args,
        call,
        (result, watcher) => {
          watch(result, watcher)
          return true
        },
      ),
    atomic(args, call) {
      const atomic = call(args)
      if (has(atomic, 'commit')) {
        intercept(atomic as object, { commit: observed('commit') })
      }
      return atomic
    },
  })
}

const describe = (client: Client, operation: string, key: unknown): Operation => {
  const attributes: Attributes = {
    ...client.attributes,
    [ATTR.operation]: operation,
    [ATTR.batchSize]: operation === 'getMany' && Array.isArray(key) ? key.length : undefined,
    'hono.db.key':
      client.options.keys && Array.isArray(key) && operation !== 'getMany'
        ? key.map(String).join('/')
        : undefined,
  }
  return {
    name: `${operation} ${targetOf(client)}`,
    attributes,
    failed: failed(client, []),
    measure: measureDatabase(attributes),
    logger: 'db',
  }
}
