/**
 * Puts the private fields of a subclass on any object: seen by nobody, and faster than a `WeakMap` or a `WeakSet`, whose
 * tables grow with what is asked and are the collector's work.
 */
export class Returned {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the point
    return target
  }
}

/** Of objects of others, which may be frozen: engines are to refuse those one day. Then it is not known of them. */
export const note = (put: () => unknown): void => {
  try {
    put()
  } catch {
    // Nothing hangs on it that the app could see.
  }
}
