export type {
  CheckContext,
  CheckFinding,
  CheckOptions,
  CheckResult,
  HealthCheck,
  HealthStatus,
} from './check.ts'
export { type AiCheckOptions, ai } from './checks/ai.ts'
export { custom } from './checks/custom.ts'
export { type D1CheckOptions, d1 } from './checks/d1.ts'
export { type DurableObjectCheckOptions, durableObject } from './checks/durable-object.ts'
export { type HttpCheckOptions, http } from './checks/http.ts'
export {
  type HyperdriveBinding,
  type HyperdriveCheckOptions,
  hyperdrive,
} from './checks/hyperdrive.ts'
export { type KvCheckOptions, kv } from './checks/kv.ts'
export { queue } from './checks/queue.ts'
export { type R2CheckOptions, r2 } from './checks/r2.ts'
export { service } from './checks/service.ts'
export type { StubCheckOptions } from './checks/stub.ts'
export { type TelemetryCheckOptions, type TelemetryState, telemetry } from './checks/telemetry.ts'
export { drain, isDraining, undrain } from './drain.ts'
export { type DrainOnSignalOptions, drainOnSignal } from './drain-on-signal.ts'
export type { FromEnv } from './guard.ts'
export { healthRoutes } from './health-routes.ts'
export type { HealthOptions, HealthPaths } from './options.ts'
export type { HealthReport, ReportedCheck } from './report.ts'
export type { StatusChange } from './status-change.ts'
