/** Whether a check counts as healthy, and how many runs in a row have said otherwise. */
export interface Standing {
  healthy: boolean
  contrary: number
}

/**
 * The standing after one more run. The first run decides at once: an isolate lives for minutes,
 * so waiting for a threshold would hide that a backend has been down since it started.
 */
export const nextStanding = (
  previous: Standing | undefined,
  passed: boolean,
  failureThreshold: number,
  successThreshold: number,
): Standing => {
  if (previous && passed !== previous.healthy) {
    const contrary = previous.contrary + 1
    if (contrary < (passed ? successThreshold : failureThreshold)) {
      return { ...previous, contrary }
    }
  }
  return { healthy: passed, contrary: 0 }
}
