/** Gives back the object it is given, so that a subclass puts its private field there. */
class Returned {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the point
    return target
  }
}

/** What is known of objects, for as long as each lives. */
export interface Notes<T> {
  get(of: unknown): T | undefined
  set(of: object, note: T): void
}

/**
 * As a `WeakMap`, for objects of which there is one for each request or call: a private field of the object itself, which
 * nobody sees. Weak keys cost the garbage collector much.
 */
export const createNotes = <T>(): Notes<T> =>
  class Note extends Returned {
    #note: T

    constructor(of: object, note: T) {
      super(of)
      this.#note = note
    }

    static get(of: unknown): T | undefined {
      return isObject(of) && #note in of ? of.#note : undefined
    }

    static set(of: object, note: T): void {
      if (#note in of) {
        of.#note = note
      } else {
        new Note(of, note)
      }
    }
  }

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'
