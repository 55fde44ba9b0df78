import { readProperty } from '../../base/thrown.ts'
import type { Operation } from '../../bindings/operation.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept } from '../intercept.ts'
import { observeCall } from '../observe-call.ts'
import type { DatabaseOptions } from '../options.ts'
import { type Command, firstFailure, redisOperation } from '../redis-operation.ts'
import { has, part } from '../shape.ts'

/** `Redis` of `@upstash/redis`: commands over HTTP, whose requests are spans below. */
export const isUpstash = (value: unknown): boolean =>
  has(value, 'get', 'set', 'pipeline') &&
  has(part(value, 'client'), 'request') &&
  typeof part(value, 'client').baseUrl === 'string'

export const instrumentUpstash = (target: object, options: DatabaseOptions): void => {
  const http = part(target, 'client')
  const url = new URL(String(http.baseUrl))
  const client = clientOf('redis', { address: url.hostname, port: url.port || 443 }, options)
  intercept(http, {
    request: (args, call) => observeCall(client, () => describe(client, args[0]), args, call),
  })
}

const describe = (client: Client, request: unknown): Operation => {
  const { path, body } = request as { path?: readonly unknown[]; body?: unknown }
  const words = Array.isArray(body) ? body : []
  if (!path?.length) {
    return redisOperation(client, [words])
  }
  const failure = firstFailure(client, (answer) => {
    const error = readProperty(answer, 'error')
    return typeof error === 'string' ? new Error(error) : undefined
  })
  return redisOperation(
    client,
    words.map((each): Command => [each].flat()),
    path[0] === 'multi-exec' ? 'MULTI' : 'PIPELINE',
    failure,
  )
}
