let draining = false

/** Turns the readiness routes of this process to 503, so that its load balancer sends no new requests. */
export function drain(): void {
  draining = true
}

/** Takes `drain()` back. */
export function undrain(): void {
  draining = false
}

/** Whether `drain()` is in force. */
export function isDraining(): boolean {
  return draining
}
