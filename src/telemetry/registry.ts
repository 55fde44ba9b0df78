import type { ObservabilityOptions } from '../config/options.ts'
import type { Telemetry } from './telemetry.ts'

const byOptions = /* @__PURE__ */ new WeakMap<ObservabilityOptions, Telemetry>()
let first: ObservabilityOptions | undefined

/** The telemetry of these options, if a request has made it. */
export const existingTelemetry = (options: ObservabilityOptions): Telemetry | undefined =>
  byOptions.get(options)

export const registerTelemetry = (options: ObservabilityOptions, telemetry: Telemetry): void => {
  byOptions.set(options, telemetry)
}

/** The first options given in the isolate are those of whoever gives none. */
export const rememberOptions = (options: ObservabilityOptions): void => {
  first ??= options
}

export const rememberedOptions = (): ObservabilityOptions => {
  first ??= {}
  return first
}
