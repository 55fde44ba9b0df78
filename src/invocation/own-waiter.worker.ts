/** A Worker is given what to wait with, and has no end to prepare for. */
export const ownWaiter = (): undefined => undefined
