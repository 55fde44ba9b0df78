import type { Attributes, Context } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_PRODUCER } from '../base/otel-enums.ts'
import * as ATTR from './attributes.ts'
import { measureSend } from './metrics.ts'
import { observe } from './observe.ts'
import { propagates } from './propagates.ts'
import { seal } from './seal.ts'
import type { BindingContext } from './types.ts'
import { type Method, wrapObject } from './wrap-object.ts'

interface Message {
  body?: unknown
  contentType?: string
}

/** The producer's side of a queue. Messages go through untouched, unless the trace context is to go along. */
export const wrapQueue = (queue: object, context: BindingContext): object => {
  const { name, options } = context
  const sendsContext = propagates(context)
  const send =
    (isBatch: boolean): Method =>
    (call, args) =>
      observe(
        options,
        () => {
          // Any iterable may be sent; to count another would use it up.
          const count = isBatch ? (Array.isArray(args[0]) ? args[0].length : undefined) : 1
          const attributes: Attributes = {
            'messaging.system': 'cloudflare_queues',
            'messaging.operation.name': isBatch ? 'sendBatch' : 'send',
            'messaging.operation.type': 'send',
            'messaging.destination.name': name,
            'messaging.batch.message_count': isBatch ? count : undefined,
            [ATTR.bindingType]: 'Queue',
            [ATTR.bindingName]: name,
          }
          return {
            name: `${isBatch ? 'sendBatch' : 'send'} ${name}`,
            kind: KIND_PRODUCER,
            attributes,
            measure: measureSend(attributes, count),
          }
        },
        (active) =>
          call(
            ...((sendsContext &&
              active &&
              guard(() => (isBatch ? batchWith(active, args) : messageWith(active, args)))) ||
              args),
          ),
      )
  return wrapObject(queue, { send: send(false), sendBatch: send(true) })
}

const messageWith = (context: Context, [body, options, ...rest]: unknown[]): unknown[] => [
  bodyWith(context, body, (options as Message | undefined)?.contentType),
  options,
  ...rest,
]

/** Only objects that become JSON have room for it. */
const bodyWith = (context: Context, body: unknown, contentType = 'json'): unknown =>
  (contentType === 'json' && seal('queue', context, body)) || body

/** Characters of a batch. As JSON none takes more than three of the 256,000 bytes that the platform allows. */
const MAX_BATCH_LENGTH = 65_536

/** Undefined when the batch stays as it is: what is added must not make it too large. */
const batchWith = (context: Context, [messages, ...rest]: unknown[]): unknown[] | undefined => {
  // Another iterable is read by the platform, so that what goes wrong then goes wrong there.
  if (!Array.isArray(messages)) {
    return undefined
  }
  let length = 0
  const sent: unknown[] = []
  for (const message of messages) {
    const { body, contentType } = (message ?? {}) as Message
    const sealed = bodyWith(context, body, contentType)
    length += lengthOf(sealed, contentType)
    if (!(length <= MAX_BATCH_LENGTH)) {
      return undefined
    }
    sent.push(
      sealed === body
        ? message
        : // What the caller's object has stays readable, without touching it.
          Object.create(message, { body: { value: sealed, enumerable: true } }),
    )
  }
  return [sent, ...rest]
}

const lengthOf = (body: unknown, contentType = 'json'): number =>
  typeof body === 'string'
    ? body.length
    : contentType === 'bytes'
      ? (body as ArrayBuffer).byteLength
      : contentType === 'json'
        ? JSON.stringify(body).length
        : Number.POSITIVE_INFINITY
