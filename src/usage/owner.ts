import type { Attributes, Context } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import type { RequestScope } from '../http/request-scope.ts'
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
