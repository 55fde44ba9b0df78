export { bindings, instrumentBindings } from '../bindings/env.ts'
export { rawEnv } from '../bindings/raw.ts'
export type { BindingKind, BindingsInstrumentation, BindingsOptions } from '../bindings/types.ts'
