import type { CheckOptions, HealthCheck } from '../check.ts'

/** The state of a telemetry exporter, as numbers. */
export interface TelemetryState {
  /** When an export last succeeded, in milliseconds since the epoch. */
  lastSuccessMs?: number | undefined
  /** Exports that failed since the last one that succeeded. */
  consecutiveFailures: number
  /** Records that wait to be exported. */
  queued: number
  /** Records dropped so far. */
  dropped: number
}

/** Settings of {@link telemetry}. */
export interface TelemetryCheckOptions extends CheckOptions {
  /** Consecutive failed exports from which on the check fails; fewer are `warn`. Default 3. */
  maxFailures?: number
}

/**
 * Checks the telemetry exporter: failed exports, and records dropped since the check's last run.
 * Not critical unless you say so: an app without its collector still serves.
 */
export const telemetry = (
  read: () => TelemetryState | undefined,
  options: TelemetryCheckOptions = {},
): HealthCheck => {
  const { maxFailures = 3 } = options
  let droppedBefore = 0
  return {
    critical: false,
    ...options,
    componentType: 'system',
    componentId: 'telemetry',
    run: async () => {
      const state = read()
      // Nothing was exported yet.
      if (!state) {
        return undefined
      }
      const { consecutiveFailures, dropped } = state
      const isDropping = dropped > droppedBefore
      droppedBefore = dropped
      return {
        status:
          consecutiveFailures >= maxFailures
            ? 'fail'
            : consecutiveFailures || isDropping
              ? 'warn'
              : 'pass',
        observedValue: state.queued,
        observedUnit: 'records',
        output: JSON.stringify(state),
      }
    },
  }
}
