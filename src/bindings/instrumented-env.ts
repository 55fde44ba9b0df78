import type { ObservabilityOptions } from '../telemetry/config/options.ts'

/** The environment for the app: with its bindings instrumented, when the options say so. */
export const instrumentedEnv = <Env>({ bindings }: ObservabilityOptions, env: Env): Env =>
  bindings ? bindings.wrap(env) : env
