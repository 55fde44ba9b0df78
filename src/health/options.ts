import type { Meter } from '@opentelemetry/api'
import type { FromEnv } from '../http/guarded.ts'
import type { HealthCheck } from './check.ts'
import type { GuardOptions } from './guard.ts'
import type { StatusChange } from './status-change.ts'

/** Where the routes are. Each list replaces the default; an empty one removes the route. */
export interface HealthPaths {
  /** The process answers; no check runs. Default `/livez`, `/health/live`. */
  live?: readonly string[]
  /** Critical checks, and `drain()`. Default `/readyz`, `/ready`, `/health/ready`. */
  ready?: readonly string[]
  /** All checks, by name and status. Default `/health`. */
  summary?: readonly string[]
  /** All checks in detail, for those the guard lets in. Default `/health/detailed`. */
  detailed?: readonly string[]
}

/** Settings of `healthRoutes()`. All are optional. */
export interface HealthOptions<Bindings extends object = Record<string, unknown>>
  extends GuardOptions<Bindings> {
  /** The checks by name. The names are public. */
  checks?: Readonly<Record<string, HealthCheck>>
  paths?: HealthPaths
  /** Version of the service's interface, shown in the detailed body only. */
  version?: FromEnv<Bindings>
  /** Version of the deployed code, shown in the detailed body only. */
  releaseId?: FromEnv<Bindings>
  /** Identifies the service, shown in the detailed body only. */
  serviceId?: FromEnv<Bindings>
  /**
   * Records `app.health.check.status` and `app.health.check.duration`. Give a function when the
   * meter provider is registered later than the routes are made. Default: no metrics.
   */
  metrics?: Meter | (() => Meter)
  /** Called when a check's status changes, and on its first run unless that passes. Default: one line of JSON on the console. */
  onStatusChange?: (change: StatusChange) => void
  /** Let the `hono-observability` middleware trace and count probes like other requests. Default false. */
  traceProbes?: boolean
}
