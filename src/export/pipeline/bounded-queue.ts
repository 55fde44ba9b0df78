/** First in, first out, with a cap on count and on bytes. Beyond either, the newest is refused. */
export class BoundedQueue<T> {
  bytes = 0
  readonly #items: T[] = []
  readonly #sizes: number[] = []
  readonly #maxItems: number
  readonly #maxBytes: number

  constructor(maxItems: number, maxBytes: number) {
    this.#maxItems = maxItems
    this.#maxBytes = maxBytes
  }

  get size(): number {
    return this.#items.length
  }

  /** False when there is no room, with what is already held elsewhere counted in. */
  push(item: T, bytes: number, heldItems = 0, heldBytes = 0): boolean {
    if (
      this.#items.length + heldItems >= this.#maxItems ||
      this.bytes + heldBytes + bytes > this.#maxBytes
    ) {
      return false
    }
    this.#items.push(item)
    this.#sizes.push(bytes)
    this.bytes += bytes
    return true
  }

  /** Removes the oldest: at most `maxItems`, and not more than `maxBytes` unless one alone exceeds them. */
  take(maxItems: number, maxBytes: number): { items: T[]; bytes: number } {
    let count = 0
    let bytes = 0
    while (count < maxItems && count < this.#sizes.length) {
      const next = bytes + (this.#sizes[count] as number)
      if (count > 0 && next > maxBytes) {
        break
      }
      bytes = next
      count++
    }
    this.bytes -= bytes
    this.#sizes.splice(0, count)
    return { items: this.#items.splice(0, count), bytes }
  }
}
