export { bindings, instrumentBindings } from '../bindings/env.ts'
export { rawEnv } from '../bindings/raw.ts'
export type { BindingKind, BindingsOptions } from '../bindings/types.ts'
export type { BindingsInstrumentation } from '../telemetry/config/options.ts'
