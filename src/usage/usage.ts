import type { Attributes, Counter, Span } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { LogFields } from '../logs/record.ts'
import { ownCounter } from '../metrics/own.ts'
import type { UsageInstrumentation, UsedCall } from '../telemetry/usage.ts'
import { answeredBy } from './answered.ts'
import { askedBy } from './asked.ts'
import { isCursor } from './cursors.ts'
import { Ledger } from './ledger.ts'
import { attributesOf, type Owner, ownerOf } from './owner.ts'
import { attributeOf, RESOURCES, type Resource, type Used } from './resources.ts'
import { usedByEvent } from './used-by-event.ts'

/**
 * Counts what calls of bindings use of what Cloudflare bills and limits, for each request, queue batch, cron run,
 * Durable Object call and Workflow step: as metrics `hono.usage.*` by route and binding, on the server span and on the
 * access line. This package's own calls (exports, spill, aggregator) are not counted.
 *
 * @returns What `bindings` takes as `usage`.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { bindings } from 'hono-observability/bindings'
 * import { usage } from 'hono-observability/usage'
 *
 * export const middleware = observability({ bindings: bindings({ usage: usage() }) })
 * ```
 */
export const usage = (): UsageInstrumentation => {
  const counters = new Map<Resource, Pick<Counter, 'add'>>()
  for (const [resource, [, unit, description]] of Object.entries(RESOURCES)) {
    const name = attributeOf(resource as Resource)
    counters.set(resource as Resource, ownCounter(name, unit, description))
  }
  const count = (used: Used, binding: string | undefined, by: Attributes): void => {
    for (const [resource, value] of Object.entries(used)) {
      if (value) {
        const attributes = binding === undefined ? by : { ...by, [ATTR.bindingName]: binding }
        counters.get(resource as Resource)?.add(value, attributes)
      }
    }
  }
  const ledgers = new WeakMap<object, Ledger>()
  const ledgerOf = (owner: object): Ledger => {
    let ledger = ledgers.get(owner)
    if (!ledger) {
      ledger = new Ledger(count)
      ledgers.set(owner, ledger)
    }
    return ledger
  }
  return {
    begin(call, context) {
      const owner = ownerOf(context)
      if (owner) {
        ledgerOf(owner).add(askedBy(call), bindingOf(call))
      }
      return undefined
    },
    end(call, context, answer, result) {
      const owner = ownerOf(context)
      if (!owner) {
        return
      }
      const ledger = ledgerOf(owner)
      ledger.add(answeredBy(call, answer, result), bindingOf(call))
      if (isCursor(result)) {
        const cursors = ledger.cursorsOf(bindingOf(call))
        cursors.add(result)
        ledger.add(cursors.take(), bindingOf(call))
      }
    },
    finish(scope, span) {
      const ledger = ledgerOf(scope)
      usedByEvent(scope as Owner, ledger)
      ledger.finish(attributesOf(scope as Owner))
      return tell(span, ledger.total)
    },
  }
}

/** The binding's name; the class of an object for its storage. */
const bindingOf = ({ attributes }: UsedCall): string | undefined =>
  (attributes[ATTR.bindingName] ??
    attributes[ATTR.namespace] ??
    attributes['messaging.destination.name']) as string | undefined

const tell = (span: Span, total: Used): LogFields => {
  const fields: Record<string, number> = {}
  for (const [resource, value] of Object.entries(total)) {
    fields[attributeOf(resource as Resource)] = value
  }
  span.setAttributes(fields)
  return fields
}
