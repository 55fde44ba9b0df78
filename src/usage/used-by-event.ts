import { isRequest } from '../http/request-scope.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { Ledger } from './ledger.ts'

/** What an event itself uses: a batch of a queue was read, and what was acknowledged of it is deleted. */
export const usedByEvent = (owner: Scope, ledger: Ledger): void => {
  if (isRequest(owner)) {
    return
  }
  const { name = '', attributes = {} } = owner.described ?? {}
  const read = attributes['messaging.batch.message_count']
  if (typeof read === 'number') {
    const acked = Number(attributes['hono.queue.acked'] ?? 0)
    ledger.add({ queueOperations: read + acked }, String(attributes['messaging.destination.name']))
  }
  if (name.startsWith('alarm ')) {
    ledger.add({ durableObjectRequests: 1 }, undefined)
  }
}
