/**
 * The spans of a trace that are open. Most traces never have a second one, and a `Set` takes 250 bytes for the first, half
 * of them when it is emptied.
 */
export class OpenSpans<S> {
  #first: S | undefined
  #others: Set<S> | undefined

  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0)
  }

  has(span: S): boolean {
    return this.#first === span || this.#others?.has(span) === true
  }

  add(span: S): void {
    if (this.#first === undefined) {
      this.#first = span
    } else {
      this.#others ??= new Set()
      this.#others.add(span)
    }
  }

  delete(span: S): void {
    if (this.#first === span) {
      this.#first = undefined
    } else {
      this.#others?.delete(span)
    }
  }

  /** Those that are open now, whatever ends meanwhile. */
  all(): S[] {
    const others = [...(this.#others ?? [])]
    return this.#first === undefined ? others : [this.#first, ...others]
  }
}
