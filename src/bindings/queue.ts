import { type Attributes, SpanKind } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'
import { measureSend } from './metrics.ts'
import { observe } from './observe.ts'
import type { BindingContext } from './types.ts'
import { type Method, wrapObject } from './wrap-object.ts'

/** The producer's side of a queue. Messages go through untouched. */
export const wrapQueue = (queue: object, { name }: BindingContext): object => {
  const send =
    (isBatch: boolean): Method =>
    (call, args) =>
      observe(
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
            kind: SpanKind.PRODUCER,
            attributes,
            measure: measureSend(attributes, count),
          }
        },
        () => call(...args),
      )
  return wrapObject(queue, { send: send(false), sendBatch: send(true) })
}
