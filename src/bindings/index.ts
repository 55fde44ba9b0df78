export { bindings, instrumentBindings } from './env.ts'
export { rawEnv } from './raw.ts'
export type { BindingKind, BindingsInstrumentation, BindingsOptions } from './types.ts'
