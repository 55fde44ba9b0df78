import { type Attributes, type Link, type Span, trace } from '@opentelemetry/api'
import { ROOT } from '../context/context.ts'
import { type Opened, openedContext } from '../context/sealed.ts'
import { standIn } from './stand-in.ts'

export type Acknowledgement = 'ack' | 'retry'

interface Message {
  readonly id?: string
  readonly timestamp?: Date
  readonly attempts?: number
  readonly body?: unknown
  ack(): void
  retry(options?: unknown): void
}

export interface MessageBatch {
  readonly queue: string
  readonly messages: readonly Message[]
  ackAll(): void
  retryAll(options?: unknown): void
}

/** A batch that tells what becomes of each of its messages. */
export interface ObservedBatch {
  /** For the handler: bodies are as they were sent. */
  batch: MessageBatch
  original: MessageBatch
  /** What came with the messages, by their indexes. */
  opened: readonly (Opened | undefined)[]
  /** The first call for a message decides; those without one share the handler's fate. */
  outcomes: Map<number, Acknowledgement>
}

/** Stands in for the batch, and notes each `ack` and `retry` that goes through to it. */
export const observeBatch = (
  event: unknown,
  opened: readonly (Opened | undefined)[],
): ObservedBatch => {
  const original = event as MessageBatch
  const outcomes = new Map<number, Acknowledgement>()
  const decide = (index: number, outcome: Acknowledgement): void => {
    if (!outcomes.has(index)) {
      outcomes.set(index, outcome)
    }
  }
  const decideAll = (outcome: Acknowledgement): void =>
    original.messages.forEach((_message, index) => {
      decide(index, outcome)
    })
  const messages = original.messages.map((message, index) =>
    standIn(message, {
      ...(opened[index] && { body: opened[index].value }),
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
    original,
    opened,
    outcomes,
    batch: standIn(original, {
      messages,
      ackAll() {
        original.ackAll()
        decideAll('ack')
      },
      retryAll(...options: []) {
        original.retryAll(...options)
        decideAll('retry')
      },
    }),
  }
}

/** Who sent a batch. */
export interface Producers {
  /** To each span that sent some of the messages, once. */
  links: Link[]
  /** What the one span sent along that sent them all; undefined when there are several, or some do not say. */
  sole: Opened | undefined
}

export const producersOf = ({ original, opened }: ObservedBatch): Producers => {
  const links = new Map<string, Link>()
  let isKnown = true
  for (let index = 0; index < original.messages.length; index++) {
    const context = trace.getSpanContext(openedContext(ROOT, opened[index]))
    if (context) {
      links.set(context.traceId + context.spanId, { context })
    } else {
      isKnown = false
    }
  }
  return {
    links: [...links.values()],
    sole: isKnown && links.size === 1 ? opened[0] : undefined,
  }
}

/** Says which messages go back to the queue, or came from there: of all others, the counts tell enough. */
export const addMessageEvents = (
  span: Span,
  { original, outcomes }: ObservedBatch,
  rest: Acknowledgement,
): void => {
  original.messages.forEach(({ id, attempts = 1 }, index) => {
    const outcome = outcomes.get(index) ?? rest
    if (outcome === 'retry' || attempts > 1) {
      const attributes: Attributes = {
        'messaging.message.id': id,
        'hono.queue.outcome': outcome,
        'hono.queue.attempts': attempts,
      }
      span.addEvent('hono.queue.message', attributes)
    }
  })
}
