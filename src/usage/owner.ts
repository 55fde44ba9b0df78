import type { Attributes, Context } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import type { RequestScope } from '../http/request-scope.ts'
import { routeOf } from '../http/route.ts'
import { type EventScope, eventOf } from '../invocation/event-scope.ts'
import { currentScope } from '../telemetry/scope.ts'

/** What calls are counted by: a request, or another event. */
export type Owner = RequestScope | EventScope

export const isRequest = (owner: Owner): owner is RequestScope => 'method' in owner

/** What is handled now, if anything is. */
export const ownerOf = (context: Context): Owner | undefined =>
  (currentScope(context) as RequestScope | undefined) ?? eventOf(context)

/** What was run that is no request, as its span is called: `process orders`, `scheduled 0 * * * *`. */
export const INVOCATION = 'hono.invocation.name'

/** Its attributes in metrics, which have few values. */
export const attributesOf = (owner: Owner): Attributes =>
  isRequest(owner)
    ? {
        [ATTR.requestMethod]: owner.method,
        ...(owner.route !== undefined && { [ATTR.route]: owner.route }),
      }
    : { [INVOCATION]: owner.name }

/** What is run, by how its budgets are given. */
export type EventKind = 'request' | 'queue' | 'scheduled' | 'email' | 'object' | 'step'

export const EVENT_KINDS: readonly EventKind[] = [
  'request',
  'queue',
  'scheduled',
  'email',
  'object',
  'step',
]

/** Whether a Durable Object runs it. */
const isInObject = ({ executionCtx }: Owner): boolean => 'storage' in Object(executionCtx)

export const kindOf = (owner: Owner): EventKind => {
  if (isRequest(owner)) {
    return isInObject(owner) ? 'object' : 'request'
  }
  const { attributes, name } = owner
  return 'cloudflare.workflow.step.name' in attributes
    ? 'step'
    : 'messaging.system' in attributes
      ? 'queue'
      : name === 'email'
        ? 'email'
        : 'code.function.name' in attributes || 'rpc.method' in attributes
          ? 'object'
          : 'scheduled'
}

/** For people: `GET /orders/:id`, also while it is handled; or what the event's span is called. */
export const routeName = (owner: Owner): string => {
  if (!isRequest(owner)) {
    return owner.name
  }
  const { method, handling, route } = owner
  const path = route ?? (handling && routeOf(handling, 200))
  return path === undefined ? method : `${method} ${path}`
}

/** How many requests the platform bills for it: of what an object or a step is asked, whoever asks is billed. */
export const requestsOf = (owner: Owner): number => {
  const kind = kindOf(owner)
  return kind === 'object' || kind === 'step' ? 0 : 1
}
