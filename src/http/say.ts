import type { Attributes, Context } from '@opentelemetry/api'
import { joinFields } from '../logs/join-fields.ts'
import { currentScope, type Scope } from '../telemetry/scope.ts'
import { passageOf } from './inner-request.ts'
import type { InnerRequest, RequestScope } from './request-scope.ts'

/** Whom something is said of. */
interface Spoken {
  readonly span: Scope['span']
  /** Whose line it is on: of what the app asks of itself, nobody's. */
  readonly scope: Scope | undefined
}

/** A request that goes on within, in a mounted app or by another method, is the same. */
const spokenOf = (context: Context): Spoken => {
  const scope = currentScope(context)
  let passage = passageOf(context) as RequestScope | InnerRequest | undefined
  while (passage && 'owner' in passage && !passage.span && passage.outer) {
    passage = passage.outer as RequestScope | InnerRequest
  }
  return passage && 'owner' in passage
    ? { span: passage.span, scope: undefined }
    : { span: scope?.span, scope }
}

/** The scope whose access line has what is said now; undefined within what the app asks of itself. */
export const lineOf = (context: Context): Scope | undefined => spokenOf(context).scope

/** Says something on the span of what is handled now, and on its line: of an inner request, on its own span alone. */
export const say = (context: Context, attributes: Attributes): void => {
  const { span, scope } = spokenOf(context)
  span?.setAttributes(attributes)
  if (scope) {
    scope.fields = joinFields(scope.fields, attributes)
  }
}
