import type { Attributes, Context } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { isRequest } from '../http/request-scope.ts'
import { routeOf } from '../http/route.ts'
import { currentScope, type Scope } from '../telemetry/scope.ts'
import { Labels } from './labels.ts'

/** What is handled now, if anything is: a request or another event, which calls are counted by. */
export const ownerOf = (context: Context): Scope | undefined => currentScope(context)

const nameOf = ({ described }: Scope): string => described?.name ?? 'event'

/** What was run that is no request, as its span is called: `process orders`, `scheduled 0 * * * *`. */
export const INVOCATION = 'hono.invocation.name'

const NONE: Attributes = /* @__PURE__ */ Object.freeze({})

/** Its attributes in metrics, which have few values: the same object for the same ones. */
export const attributesOf = (): ((owner: Scope) => Attributes) => {
  const methods = new Labels(ATTR.requestMethod)
  const routes = new Labels(ATTR.route)
  const invocations = new Labels(INVOCATION)
  return (owner) => {
    if (!isRequest(owner)) {
      return invocations.with(NONE, nameOf(owner))
    }
    const method = methods.with(NONE, owner.method)
    return owner.route === undefined ? method : routes.with(method, owner.route)
  }
}

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
const isInObject = ({ executionCtx }: Scope): boolean => 'storage' in Object(executionCtx)

export const kindOf = (owner: Scope): EventKind => {
  if (isRequest(owner)) {
    return isInObject(owner) ? 'object' : 'request'
  }
  const { attributes = {}, name = '' } = owner.described ?? {}
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
export const routeName = (owner: Scope): string => {
  if (!isRequest(owner)) {
    return nameOf(owner)
  }
  const { method, handling, route } = owner
  const path = route ?? (handling && routeOf(handling, 200))
  return path === undefined ? method : `${method} ${path}`
}

/** How many requests the platform bills for it: of what an object or a step is asked, whoever asks is billed. */
export const requestsOf = (owner: Scope): number => {
  const kind = kindOf(owner)
  return kind === 'object' || kind === 'step' ? 0 : 1
}
