/** Context variable that is true on requests answered by the health routes, so that telemetry leaves them out. */
export const PROBE_MARK = 'hono-observability.probe'
