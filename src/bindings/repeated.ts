import { type Attributes, type Span, trace } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { activeContext } from '../context/async-context.ts'
import { log } from '../telemetry/log.ts'
import { currentScope, type Scope } from '../telemetry/scope.ts'
import * as ATTR from './attributes.ts'
import { counts } from './metrics.ts'
import { describeStatement } from './sql/statement.ts'
import type { Dialect } from './sql/tokens.ts'

/** Different statements of one request that are told apart. */
export const MAX_STATEMENTS = 200

const DEFAULT_THRESHOLD = 10

/** Transactions begin and end as often as there are any. */
const CONTROL = /^(?:BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|SET)$/

interface Rules {
  readonly threshold: number | false | undefined
  /** The name of the logger that tells. */
  readonly logger: string
  readonly dialect?: Dialect
}

interface Seen {
  /** How often, by their texts without values. */
  readonly counts: Map<string, number>
  isLogged: boolean
}

/** Of spans that stand for what is handled. A scope has it on itself: weak keys cost the garbage collector much. */
const seen = /* @__PURE__ */ new WeakMap<object, Seen>()

const newSeen = (): Seen => ({ counts: new Map(), isLogged: false })

const seenBy = (scope: Scope | undefined, span: Span | undefined): Seen | undefined => {
  if (scope) {
    scope.statements ??= newSeen()
    return scope.statements as Seen
  }
  let known = span && seen.get(span)
  if (span && !known) {
    known = newSeen()
    seen.set(span, known)
  }
  return known
}

const countRepeated = /* @__PURE__ */ counts(
  'hono.db.repeated_statements',
  '{statement}',
  'Statements that one request ran again and again, each once a request.',
  /* @__PURE__ */ [ATTR.dbSystem, ATTR.namespace, ATTR.operation, ATTR.collection],
)

/**
 * Finds the statement that a request runs for each of the rows of another, instead of once for all of them. It is
 * counted, and logged with the ids of the request's active span.
 */
export const countStatement = (
  { threshold, logger, dialect }: Rules,
  text: string,
  name: string,
  attributes: Attributes,
): void => {
  if (threshold === false || CONTROL.test(String(attributes[ATTR.operation]))) {
    return
  }
  const context = activeContext()
  const scope = currentScope(context)
  const entry = seenBy(scope, trace.getSpan(context))
  if (!entry) {
    return
  }
  // Also of a text that was recorded as it is, as its parameters may be numbered on and on.
  const key = describeStatement(text, dialect).text
  const count = (entry.counts.get(key) ?? 0) + 1
  if (count === 1 && entry.counts.size >= MAX_STATEMENTS) {
    return
  }
  entry.counts.set(key, count)
  // Who counts what calls use, where somebody does, also tells what is repeated: once, and by route.
  const { usage } = scope?.telemetry.config ?? {}
  if (count === (threshold ?? usage?.repeats ?? DEFAULT_THRESHOLD)) {
    countRepeated(attributes)
    const isTold = guard(() => usage?.repeated?.({ name, attributes }, key, count, context))
    if (!isTold && !entry.isLogged) {
      entry.isLogged = true
      guard(() =>
        log.named(logger).warn(`repeated ${name}`, {
          [ATTR.dbSystem]: attributes[ATTR.dbSystem],
          operation: name,
          count,
        }),
      )
    }
  }
}
