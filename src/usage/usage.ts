import type { Counter } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import { activeContext } from '../context/async-context.ts'
import { ownCounter } from '../metrics/own.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { UsageInstrumentation, UsedCall } from '../telemetry/usage.ts'
import { answeredBy } from './answered.ts'
import { askedBy } from './asked.ts'
import { Budgets } from './budgets.ts'
import { isCursor } from './cursors.ts'
import { Finder } from './findings.ts'
import { Labels } from './labels.ts'
import { type Books, Ledger } from './ledger.ts'
import { checkOptions, type UsageOptions } from './options.ts'
import { attributesOf, ownerOf, requestsOf } from './owner.ts'
import type { PricedUsed } from './priced.ts'
import { attributeNames, RESOURCES, type Resource } from './resources.ts'
import { bytesOf, contentLength } from './sizes.ts'
import { telling } from './tell.ts'
import { usedByEvent } from './used-by-event.ts'

/**
 * Counts what calls of bindings use of what Cloudflare bills and limits, for each request, queue batch, cron run,
 * Durable Object call and Workflow step: as metrics `hono.usage.*` by route and binding, on the server span and on the
 * access line. Holds them to budgets: warns, and with `enforce` fails the call that would exceed one with a
 * `BudgetExceededError`. This package's own calls (exports, spill, aggregator) are not counted.
 *
 * @param options - Budgets, and what is told of. Default: nothing is limited.
 * @returns What `bindings` takes as `usage`.
 * @throws {TypeError} when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { bindings } from 'hono-observability/bindings'
 * import { usage } from 'hono-observability/usage'
 *
 * export const middleware = observability({
 *   bindings: bindings({ usage: usage({ limits: { request: { subrequests: 40, d1RowsRead: 100_000 } } }) }),
 * })
 * ```
 */
export const usage = (options: UsageOptions = {}): UsageInstrumentation => {
  checkOptions(options)
  const tell = telling()
  const budgets = options.limits && new Budgets(options, tell)
  const finder = options.findings === false ? undefined : new Finder(options.findings ?? {}, tell)
  const needsTallies = finder !== undefined || budgets !== undefined
  const counters = new Map<Resource, Pick<Counter, 'add'>>()
  const names = attributeNames()
  for (const [resource, [, unit, description]] of Object.entries(RESOURCES)) {
    const name = names[resource as Resource]
    counters.set(resource as Resource, ownCounter(name, unit, description))
  }
  const events = ownCounter(
    'hono.usage.events',
    '{event}',
    'Budgets that were warned of, exceeded or enforced, and findings such as full scans.',
  )
  const bindingLabels = new Labels(ATTR.bindingName)
  const labelsOf = attributesOf()
  const books: Books = {
    count(used, binding, by) {
      const attributes = binding === undefined ? by : bindingLabels.with(by, binding)
      for (const key in used) {
        const value = used[key as Resource]
        if (value) {
          counters.get(key as Resource)?.add(value, attributes)
        }
      }
    },
    late: (used, by) => options.costs?.record(used, by),
    event: (times, attributes) => events.add(times, attributes),
  }
  // On the scope itself: a table of weak keys costs the garbage collector more than all the rest.
  const ledgerOf = (owner: Scope): Ledger => {
    owner.usage ??= new Ledger(books)
    return owner.usage as Ledger
  }
  return {
    begin(call, context) {
      const owner = ownerOf(context)
      if (!owner) {
        return undefined
      }
      const ledger = ledgerOf(owner)
      const asked = askedBy(call)
      ledger.readCursors()
      const refusal = budgets?.refusal(owner, ledger, call, asked, context)
      if (refusal) {
        return refusal
      }
      ledger.add(asked, bindingOf(call))
      if (needsTallies) {
        const tally = ledger.tallies.called(call, asked)
        finder?.called(owner, ledger, tally, call, context)
        budgets?.watch(owner, ledger, context)
      }
      return undefined
    },
    end(call, context, answer, result) {
      const owner = ownerOf(context)
      if (!owner) {
        return
      }
      const ledger = ledgerOf(owner)
      const used = answeredBy(call, answer, result)
      ledger.add(used, bindingOf(call))
      const tally = needsTallies ? ledger.tallies.answered(call, used) : undefined
      if (isCursor(result)) {
        ledger.cursorsOf(bindingOf(call)).add(result, tally?.used ?? {})
        ledger.readCursors()
      }
      if (tally) {
        finder?.answered(owner, ledger, tally, answer, context)
        budgets?.watch(owner, ledger, context)
      }
    },
    repeats: finder?.repeats,
    repeated(call, statement, count, context) {
      const owner = finder && ownerOf(context)
      if (!owner) {
        return false
      }
      finder.repeated(owner, ledgerOf(owner), { name: call.name, statement }, count, context)
      return true
    },
    wrote(line, context) {
      const owner = ownerOf(context)
      if (owner) {
        ledgerOf(owner).add({ logLines: 1, logBytes: bytesOf(line) }, undefined)
      }
    },
    finish(scope, span, response) {
      const owner = scope as Scope
      const ledger = ledgerOf(owner)
      usedByEvent(owner, ledger)
      if (response) {
        ledger.add({ responseBytes: contentLength(response) }, undefined)
      }
      if (ledger.total.logBytes || ledger.total.responseBytes) {
        budgets?.watch(owner, ledger, activeContext())
      }
      const by = labelsOf(owner)
      ledger.finish(by)
      const fields: Record<string, number> = {}
      for (const key in ledger.total) {
        fields[names[key as Resource]] = ledger.total[key as Resource] ?? 0
      }
      if (options.costs) {
        const used: PricedUsed = { ...ledger.total, workersRequests: requestsOf(owner) }
        fields['hono.cost'] = options.costs.record(used, by)
      }
      span.setAttributes(fields)
      return fields
    },
  }
}

/** The binding's name; the class of an object for its storage. */
const bindingOf = ({ attributes }: UsedCall): string | undefined =>
  (attributes[ATTR.bindingName] ??
    attributes[ATTR.namespace] ??
    attributes['messaging.destination.name']) as string | undefined
