import type { Attributes, Context } from '@opentelemetry/api'
import { enclose } from '../context/carried.ts'
import { guard } from '../guard.ts'
import { KIND_PRODUCER } from '../otel-enums.ts'
import * as ATTR from './attributes.ts'
import { measureSend } from './metrics.ts'
import { observe } from './observe.ts'
import { propagates } from './propagates.ts'
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

/** Text and bytes have no room for it, and what cannot be sent is for the platform to refuse. */
const bodyWith = (context: Context, body: unknown, contentType = 'json'): unknown =>
  body !== undefined &&
  typeof body !== 'function' &&
  (contentType === 'json' || contentType === 'v8')
    ? enclose(context, body)
    : body

const batchWith = (context: Context, [messages, ...rest]: unknown[]): unknown[] => [
  typeof (messages as Iterable<Message> | undefined)?.[Symbol.iterator] === 'function'
    ? eachWith(context, messages as Iterable<Message>)
    : messages,
  ...rest,
]

/** Reads the messages when the platform does, so that what goes wrong then goes wrong there. */
function* eachWith(context: Context, messages: Iterable<Message>): Iterable<Message> {
  for (const message of messages) {
    yield isMessage(message)
      ? // What the caller's object has stays readable, without touching it.
        Object.create(message, {
          body: { value: bodyWith(context, message.body, message.contentType), enumerable: true },
        })
      : message
  }
}

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null
