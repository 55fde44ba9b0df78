/** The package's version, sent as `telemetry.sdk.version` and in the exporter's `User-Agent`. */
export const VERSION = '0.1.0'

/** The instrumentation scope of everything this package records by itself. */
export const SCOPE_NAME = 'hono-observability'
