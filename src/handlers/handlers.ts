import type { Run } from '../invocation/invocation.ts'
import { runEmail } from './email.ts'
import { runQueue } from './queue.ts'
import { runScheduled } from './scheduled.ts'
import { runTail } from './tail.ts'

/** By the names that a Worker exports them by, as functions or as methods of an entrypoint. */
export const eventHandlers: Readonly<Record<string, Run>> = {
  scheduled: runScheduled,
  queue: runQueue,
  email: runEmail,
  tail: runTail,
}
