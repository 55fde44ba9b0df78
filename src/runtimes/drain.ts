let draining = false

/** Turns the readiness routes of this process to 503, so that its load balancer sends no new requests. */
export const drain = (): void => {
  draining = true
}

/** Takes `drain()` back. */
export const undrain = (): void => {
  draining = false
}

/** Whether `drain()` is in force. */
export const isDraining = (): boolean => {
  return draining
}
