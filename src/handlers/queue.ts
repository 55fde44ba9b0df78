import type { Attributes, Counter, Histogram } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_CONSUMER } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { errorType } from '../base/thrown.ts'
import { type Opened, open, openedContext, seemsSealed } from '../context/sealed.ts'
import { isSpilled } from '../export/pipeline/spill.ts'
import type { Invocation, Run } from '../invocation/invocation.ts'
import { type Described, run, telemetryOf } from '../invocation/run.ts'
import { ownCounter, ownHistogram } from '../metrics/own.ts'
import {
  addMessageEvents,
  type MessageBatch,
  type ObservedBatch,
  observeBatch,
  producersOf,
} from './batch.ts'
import { warnOfUnopened } from './unopened.ts'

const processing: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'messaging.process.duration',
  'Duration of processing a batch of messages.',
)

/** From a message that is delivered at once to one that was put off for a day. */
const WAIT_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400]

const waiting: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'hono.queue.wait.duration',
  'Time from sending a message to its delivery.',
  WAIT_SECONDS,
)

const consumed: Pick<Counter, 'add'> = /* @__PURE__ */ ownCounter(
  'messaging.client.consumed.messages',
  '{message}',
  'Messages that were delivered to the handler, by what became of them.',
)

/** Nothing but spilled telemetry: a span of its consumer would be spilled in turn, and so without end. */
const isOwn = (event: unknown): boolean =>
  (event as { messages: { body: unknown }[] }).messages.every(isSpilled)

/** Runs a consumer, per the semantic conventions for messaging, "Process". */
export const runQueue: Run = (invocation, event, call) => {
  const sealed = guard(() => (event as MessageBatch).messages.some(({ body }) => seemsSealed(body)))
  if (!sealed) {
    return runBatch(invocation, event, call, [])
  }
  const { queue, messages } = event as MessageBatch
  const { propagate } = invocation
  if (propagate === true || (propagate && propagate.includes(queue))) {
    const secrets = guard(() => telemetryOf(invocation).config.sealing) ?? []
    return Promise.all(messages.map(({ body }) => open('queue', secrets, body))).then((opened) =>
      runBatch(invocation, event, call, opened),
    )
  }
  warnOfUnopened(`messages of ${queue}`)
  return runBatch(invocation, event, call, [])
}

const runBatch = (
  invocation: Invocation,
  event: unknown,
  call: Parameters<Run>[2],
  opened: readonly (Opened | undefined)[],
): unknown => {
  const observed = guard(() => (isOwn(event) ? undefined : observeBatch(event, opened)))
  return observed
    ? run(
        invocation,
        () => describe(observed),
        () => call(observed.batch),
      )
    : call(event)
}

const describe = (observed: ObservedBatch): Described => {
  const { original, outcomes } = observed
  const { messages, queue } = original
  const { links, sole } = producersOf(observed)
  const common: Attributes = {
    'messaging.system': 'cloudflare_queues',
    'messaging.operation.name': 'process',
    'messaging.destination.name': queue,
  }
  const nowMs = Date.now()
  const waitedMs = messages.map(({ timestamp }) => Math.max(0, nowMs - Number(timestamp ?? nowMs)))
  const attributes: Attributes = {
    ...common,
    'faas.trigger': 'pubsub',
    'messaging.operation.type': 'process',
    'messaging.batch.message_count': messages.length,
    'hono.queue.redelivered': messages.filter(({ attempts = 1 }) => attempts > 1).length,
    'hono.queue.longest_wait_ms': Math.max(0, ...waitedMs),
  }
  return {
    name: `process ${queue}`,
    kind: KIND_CONSUMER,
    links,
    // Also the parent where there is but one: "Process" of the conventions leaves it open.
    parent: (context) => openedContext(context, sole),
    attributes,
    ended(span, error, hasFailed, durationMs) {
      const rest = hasFailed ? 'retry' : 'ack'
      const counts = { ack: 0, retry: 0 }
      messages.forEach((_message, index) => {
        counts[outcomes.get(index) ?? rest]++
      })
      const told = { 'hono.queue.acked': counts.ack, 'hono.queue.retried': counts.retry }
      span.setAttributes(told)
      // Also for who counts, where no span is recorded.
      Object.assign(attributes, told)
      addMessageEvents(span, observed, rest)
      processing.record(durationMs / 1000, {
        ...common,
        ...(hasFailed && { [ATTR.errorType]: errorType(error, '_OTHER') }),
      })
      for (const ms of waitedMs) {
        waiting.record(ms / 1000, common)
      }
      for (const outcome of ['ack', 'retry'] as const) {
        if (counts[outcome]) {
          consumed.add(counts[outcome], { ...common, 'hono.queue.outcome': outcome })
        }
      }
    },
  }
}
