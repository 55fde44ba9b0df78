export type {
  CheckContext,
  CheckFinding,
  CheckOptions,
  CheckResult,
  HealthCheck,
  HealthStatus,
} from '../health/check.ts'
export { type AiCheckOptions, ai } from '../health/checks/ai.ts'
export { custom } from '../health/checks/custom.ts'
export { type D1CheckOptions, d1 } from '../health/checks/d1.ts'
export { type DurableObjectCheckOptions, durableObject } from '../health/checks/durable-object.ts'
export { type HttpCheckOptions, http } from '../health/checks/http.ts'
export {
  type HyperdriveBinding,
  type HyperdriveCheckOptions,
  hyperdrive,
} from '../health/checks/hyperdrive.ts'
export { type KvCheckOptions, kv } from '../health/checks/kv.ts'
export { queue } from '../health/checks/queue.ts'
export { type R2CheckOptions, r2 } from '../health/checks/r2.ts'
export { service } from '../health/checks/service.ts'
export type { StubCheckOptions } from '../health/checks/stub.ts'
export {
  type TelemetryCheckOptions,
  type TelemetryState,
  telemetry,
} from '../health/checks/telemetry.ts'
export { type DrainOnSignalOptions, drainOnSignal } from '../health/drain-on-signal.ts'
export { healthRoutes } from '../health/health-routes.ts'
export type { HealthOptions, HealthPaths } from '../health/options.ts'
export type { HealthReport, ReportedCheck } from '../health/report.ts'
export type { StatusChange } from '../health/status-change.ts'
export type { FromEnv } from '../http/guarded.ts'
export { drain, isDraining, undrain } from '../runtimes/drain.ts'
