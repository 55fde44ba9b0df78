export { bindings, instrumentBindings } from '../bindings/env.ts'
export type { StatementPlan } from '../bindings/explain.ts'
export {
  type D1Index,
  type D1Report,
  type D1Table,
  type InspectD1Options,
  inspectD1,
} from '../bindings/inspect-d1.ts'
export { rawEnv } from '../bindings/raw.ts'
export type { BindingKind, BindingsOptions } from '../bindings/types.ts'
export type { BindingsInstrumentation } from '../telemetry/config/options.ts'
