import type { Attributes, Context } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import * as ATTR from './attributes.ts'
import { observe } from './observe.ts'
import type { Measure } from './operation.ts'
import type { BindingContext } from './types.ts'
import type { Method } from './wrap-object.ts'

/** What a result tells about its operation, whose attributes it may need. */
export type Describe = (result: unknown, attributes: Attributes) => Attributes | undefined

/** What the calls of one binding have in common. */
export interface Operations {
  /** `cloudflare.binding.type`. */
  type: string
  attributesOf(operation: string, args: unknown[]): Attributes
  measure(attributes: Attributes, operation: string): Measure
  /** The arguments with the trace context in them; they themselves are the caller's, and stay as they are. */
  send?: ((args: unknown[], context: Context, operation: string) => unknown[]) | undefined
}

/** Makes methods that are one operation each: `get CACHE`. */
export const operations =
  ({ name, options }: BindingContext, { type, attributesOf, measure, send }: Operations) =>
  (operation: string, succeeded?: Describe): Method =>
  (call, args) =>
    observe(
      options,
      () => {
        const attributes: Attributes = {
          [ATTR.bindingType]: type,
          [ATTR.bindingName]: name,
          ...attributesOf(operation, args),
        }
        return {
          name: `${operation} ${name}`,
          attributes,
          succeeded: succeeded && ((result) => succeeded(result, attributes)),
          measure: measure(attributes, operation),
        }
      },
      (context) =>
        call(...((send && context && guard(() => send(args, context, operation))) || args)),
    )
