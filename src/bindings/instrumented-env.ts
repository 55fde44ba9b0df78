import { guard } from '../base/guard.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'

/** The environment for the app: with its bindings instrumented, when the options say so. */
export const instrumentedEnv = <Env>({ bindings }: ObservabilityOptions, env: Env): Env =>
  bindings ? bindings.wrap(env) : env

/** The same for `ctx.exports`: what the Worker exports, as the platform makes bindings of it. */
export const instrumentExports = (
  { bindings }: ObservabilityOptions,
  executionCtx: unknown,
): void => {
  if (bindings) {
    guard(() => {
      const property = Object.getOwnPropertyDescriptor(executionCtx ?? {}, 'exports')
      if (property?.configurable && property.value) {
        const value: unknown = bindings.wrap(property.value as object)
        Object.defineProperty(executionCtx, 'exports', { ...property, value })
      }
    })
  }
}
