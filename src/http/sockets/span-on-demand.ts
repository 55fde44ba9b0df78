import { type Context, createContextKey, type Span, trace } from '@opentelemetry/api'

/** The API's own: a key of the same name is the same. */
const SPAN = /* @__PURE__ */ createContextKey('OpenTelemetry Context Key SPAN')

/**
 * A span that begins when somebody asks for the active one: to begin another below it, to write a line with its id, to
 * have an example for a measurement. Where nobody does there is none.
 */
export class SpanOnDemand {
  readonly context: Context
  #made: Span | undefined

  constructor(base: Context, start: () => Span) {
    this.context = new OnDemandContext(base, () => {
      this.#made ??= start()
      return this.#made
    })
  }

  /** Undefined when nobody asked. */
  get made(): Span | undefined {
    return this.#made
  }

  make(): Span {
    return trace.getSpan(this.context) as Span
  }
}

class OnDemandContext implements Context {
  readonly #base: Context
  readonly #span: () => Span

  constructor(base: Context, span: () => Span) {
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
