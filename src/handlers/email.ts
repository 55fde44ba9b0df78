import { guard } from '../base/guard.ts'
import { KIND_CONSUMER } from '../base/otel-enums.ts'
import type { Run } from '../invocation/invocation.ts'
import { run } from '../invocation/run.ts'
import { standIn } from './stand-in.ts'

interface EmailMessage {
  readonly rawSize?: number
  setReject(reason: string): unknown
  forward(...args: unknown[]): unknown
  reply(...args: unknown[]): unknown
}

/** Runs a handler of incoming mail. Of the message, its size is recorded and what becomes of it, no more. */
export const runEmail: Run = (invocation, event, call) => {
  const outcomes = new Set<string>()
  const message = event ? guard(() => observeMessage(event as EmailMessage, outcomes)) : undefined
  return run(
    invocation,
    () => ({
      name: 'email',
      kind: KIND_CONSUMER,
      attributes: {
        'faas.trigger': 'other',
        'hono.email.size_bytes': (event as EmailMessage | undefined)?.rawSize,
      },
      ended(span) {
        span.setAttribute('hono.email.outcome', [...outcomes].sort().join(',') || 'drop')
      },
    }),
    () => call(message ?? event),
  )
}

/** Notes what was asked for, not whether the platform did it: then the handler fails, or not. */
const observeMessage = (message: EmailMessage, outcomes: Set<string>): EmailMessage =>
  standIn(message, {
    setReject(reason: string) {
      outcomes.add('reject')
      return message.setReject(reason)
    },
    forward(...args: unknown[]) {
      outcomes.add('forward')
      return message.forward(...args)
    },
    reply(...args: unknown[]) {
      outcomes.add('reply')
      return message.reply(...args)
    },
  })
