import {
  type Context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { runWithContext } from '../../context/async-context.ts'

/** The API's own: a key of the same name is the same. */
const SPAN = /* @__PURE__ */ createContextKey('OpenTelemetry Context Key SPAN')

/**
 * A span that begins when somebody asks for the active one: to begin another below it, to write a line with its id, to
 * have an example for a measurement. Where nobody does there is none.
 *
 * Samplers and processors ask as well, while it is made: they find what is active around it.
 */
export class SpanOnDemand {
  readonly context: Context
  readonly #base: Context
  readonly #start: () => Span
  #made: Span | undefined
  #isStarting = false

  /** @param start Called once, in `base`. */
  constructor(base: Context, start: () => Span) {
    this.#base = base
    this.#start = start
    this.context = new OnDemandContext(base, () => {
      const span = this.make()
      // Where nothing is traced it has no ids, and Deno's own tracer begins nothing below such a span.
      return trace.isSpanContextValid(span.spanContext()) ? span : undefined
    })
  }

  /** Undefined when nobody asked. */
  get made(): Span | undefined {
    return this.#made
  }

  make(): Span {
    if (!this.#made) {
      if (this.#isStarting) {
        return trace.getSpan(this.#base) ?? NONE
      }
      this.#isStarting = true
      this.#made = guard(() => runWithContext(this.#base, this.#start)) ?? NONE
      this.#isStarting = false
    }
    return this.#made
  }
}

const NONE = /* @__PURE__ */ trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

class OnDemandContext implements Context {
  readonly #base: Context
  readonly #span: () => Span | undefined

  constructor(base: Context, span: () => Span | undefined) {
    this.#base = base
    this.#span = span
  }

  getValue(key: symbol): unknown {
    return key === SPAN ? this.#span() : this.#base.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    const base = this.#base.setValue(key, value)
    return key === SPAN ? base : new OnDemandContext(base, this.#span)
  }

  deleteValue(key: symbol): Context {
    const base = this.#base.deleteValue(key)
    return key === SPAN ? base : new OnDemandContext(base, this.#span)
  }
}
