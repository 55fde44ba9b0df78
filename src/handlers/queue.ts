import { type Attributes, type Counter, type Histogram, SpanKind } from '@opentelemetry/api'
import { counter, histogram } from '../metrics/define.ts'
import { ATTR } from '../semconv.ts'
import { errorType } from '../traces/exception.ts'
import { SCOPE_NAME } from '../version.ts'
import type { Invocation } from './invocation.ts'
import { standIn } from './stand-in.ts'

type Outcome = 'ack' | 'retry'

interface Message {
  readonly timestamp?: Date
  readonly attempts?: number
  ack(): void
  retry(options?: unknown): void
}

interface Batch {
  readonly queue: string
  readonly messages: readonly Message[]
  ackAll(): void
  retryAll(options?: unknown): void
}

const processing: Pick<Histogram, 'record'> = /* @__PURE__ */ histogram(
  'messaging.process.duration',
  {
    unit: 's',
    description: 'Duration of processing a batch of messages.',
    meter: SCOPE_NAME,
  },
)

const consumed: Pick<Counter, 'add'> = /* @__PURE__ */ counter(
  'messaging.client.consumed.messages',
  {
    unit: '{message}',
    description: 'Messages that were delivered to the handler, by what became of them.',
    meter: SCOPE_NAME,
    integer: true,
  },
)

/** A batch that tells what becomes of each of its messages. */
export interface ObservedBatch {
  batch: Batch
  /** The first call for a message decides; those without one share the handler's fate. */
  outcomes: Map<number, Outcome>
}

/** Stands in for the batch, and notes each `ack` and `retry` that goes through to it. */
export const observeBatch = (original: unknown): ObservedBatch => {
  const batch = original as Batch
  const outcomes = new Map<number, Outcome>()
  const decide = (index: number, outcome: Outcome): void => {
    if (!outcomes.has(index)) {
      outcomes.set(index, outcome)
    }
  }
  const decideAll = (outcome: Outcome): void =>
    batch.messages.forEach((_message, index) => {
      decide(index, outcome)
    })
  const messages = batch.messages.map((message, index) =>
    standIn(message, {
      ack() {
        message.ack()
        decide(index, 'ack')
      },
      retry(...options: []) {
        message.retry(...options)
        decide(index, 'retry')
      },
    }),
  )
  return {
    outcomes,
    batch: standIn(batch, {
      messages,
      ackAll() {
        batch.ackAll()
        decideAll('ack')
      },
      retryAll(...options: []) {
        batch.retryAll(...options)
        decideAll('retry')
      },
    }),
  }
}

/** One batch of messages, per the semantic conventions for messaging, "Process". */
export const queueInvocation = ({ batch, outcomes }: ObservedBatch): Invocation => {
  const { messages, queue } = batch
  const common: Attributes = {
    'messaging.system': 'cloudflare_queues',
    'messaging.operation.name': 'process',
    'messaging.destination.name': queue,
  }
  const waitedMs = messages.map(({ timestamp }) => Date.now() - Number(timestamp ?? Date.now()))
  return {
    name: `process ${queue}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      ...common,
      'faas.trigger': 'pubsub',
      'messaging.operation.type': 'process',
      'messaging.batch.message_count': messages.length,
      'hono.queue.redelivered': messages.filter(({ attempts = 1 }) => attempts > 1).length,
      'hono.queue.longest_wait_ms': Math.max(0, ...waitedMs),
    },
    ended(span, error, hasFailed, durationMs) {
      const explicit = [...outcomes.values()]
      const rest = messages.length - explicit.length
      const retried =
        explicit.filter((outcome) => outcome === 'retry').length + (hasFailed ? rest : 0)
      const counts = { ack: messages.length - retried, retry: retried }
      span.setAttributes({ 'hono.queue.acked': counts.ack, 'hono.queue.retried': counts.retry })
      processing.record(durationMs / 1000, {
        ...common,
        ...(hasFailed && { [ATTR.errorType]: errorType(error, '_OTHER') }),
      })
      for (const outcome of ['ack', 'retry'] as const) {
        if (counts[outcome]) {
          consumed.add(counts[outcome], { ...common, 'hono.queue.outcome': outcome })
        }
      }
    },
  }
}
