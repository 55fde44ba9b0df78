import {
  type Attributes,
  type Context,
  createContextKey,
  type Span,
  trace,
} from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import * as ATTR from '../../base/semconv.ts'
import { SCOPE_NAME, VERSION } from '../../base/version.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { replace } from '../../context/results/hook.ts'
import { isIterator } from '../../context/results/iterator.ts'
import { watch } from '../../context/results/watch.ts'
import { Watcher } from '../../context/results/watcher.ts'
import { currentScope, type Scope } from '../../telemetry/scope.ts'
import { recordFailure } from '../../traces/failure.ts'
import { passageOf } from '../inner-request.ts'
import type { Failure } from './failure.ts'
import { noteCall, noteFailure, noteMore } from './on-request.ts'

/** What is known of a call when it begins. */
export interface Description {
  /** Of the span: never a text of the caller's. */
  readonly name: string
  readonly attributes: Attributes
  /** Of the attributes, those that the metric has. */
  readonly dimensions: Attributes
  readonly record: (seconds: number, attributes: Attributes) => void
  /** The attribute that has the code of a failure. */
  readonly codeKey: string
  /** What something thrown means. */
  readonly judge: (error: unknown) => Failure
}

/** What is called within an operation: whatever a server asks of itself is not its caller's, and no more than a span. */
const AROUND = /* @__PURE__ */ createContextKey('hono-observability operation')

/** In a function, as for scopes. Another service in the same process is called from outside. */
export const isWithinOperation = (context: Context): boolean => {
  const around = context.getValue(AROUND) as (() => Scope | undefined) | undefined
  return around !== undefined && around() === currentScope(context)
}

/** One call over HTTP, of which a request may bring several: a span of its own, and a measurement. */
export class Operation extends Watcher {
  description: Description
  readonly #span: Span
  readonly #startedMs = performance.now()
  readonly isWithin: boolean
  /** Is told what it fails with, which may be long after its answer. */
  whenFailed: ((error: unknown) => void) | undefined
  #failure: Failure | undefined

  constructor(context: Context, span: Span, description: Description) {
    super(context)
    this.#span = span
    this.description = description
    this.isWithin = isWithinOperation(this.from)
  }

  /** Says on the request that it is called. */
  note(fields: Attributes, below?: string): void {
    if (!this.isWithin) {
      noteCall(this.from, fields, below)
    }
  }

  /** More has become known of it. */
  describe(description: Description, fields: Attributes): void {
    this.description = description
    this.#span.updateName(description.name)
    this.#span.setAttributes(description.attributes)
    if (!this.isWithin) {
      noteMore(this.from, fields)
    }
  }

  /**
   * Ends when what it was answered with has come to its end: iterators and streams go on.
   *
   * @param failure What is known to have failed already.
   */
  answer(value: unknown, failure?: Failure): void {
    this.#failure = failure
    watch(value, this)
    if (typeof value === 'object' && value !== null) {
      guard(() => this.#keepContext(value))
    }
  }

  /** Servers read events for a body that the runtime asks for, and that is outside of any request. */
  #keepContext(value: object): void {
    for (const key of isIterator(value) ? (['next', 'return'] as const) : []) {
      const undo = replace(value, key, (_, call, args) =>
        trace.getSpan(activeContext()) ? call(args) : this.run(() => call(args)),
      )
      this.whenOver(() => undo?.())
    }
  }

  /** Ends as a failure that was not thrown. */
  refuse(failure: Failure): void {
    this.#failure = failure
    this.end()
  }

  protected ended(): void {
    const { dimensions, record, codeKey } = this.description
    const failure = this.#failure
    if (failure) {
      this.#span.setAttribute(codeKey, failure.code)
      if (failure.isFault) {
        recordFailure(this.#span, failure.error, failure.code)
        this.#span.setAttribute(ATTR.errorType, failure.code)
      }
      if (!this.isWithin) {
        guard(() => noteFailure(this.from, failure, codeKey))
      }
    }
    this.#span.end()
    if (this.isWithin) {
      return
    }
    const seconds = (performance.now() - this.#startedMs) / 1000
    // In its context, so that exemplars lead to its span.
    runWithContext(this.context, () =>
      record(seconds, {
        ...dimensions,
        [codeKey]: failure?.code,
        [ATTR.errorType]: failure?.isFault ? failure.code : undefined,
      }),
    )
  }

  protected failed(error: unknown): void {
    this.whenFailed?.(error)
    this.#failure = this.description.judge(error)
    this.ended()
  }
}

/** Begins a call, which is a span alone within another. Undefined within a request that is ignored. */
export const beginCall = (description: Description): Operation | undefined =>
  guard(() => {
    const parent = activeContext()
    const passage = passageOf(parent)
    if (passage && 'isIgnored' in passage && passage.isIgnored) {
      return undefined
    }
    const { name, attributes } = description
    const span = trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, { attributes }, parent)
    const scope = currentScope(parent)
    const context = trace.setSpan(parent, span).setValue(AROUND, () => scope)
    return new Operation(context, span, description)
  })
