import type { ObservabilityOptions } from './config/options.ts'

let first: ObservabilityOptions | undefined

/** The options of the first `observability()` of the isolate are those of an `instrument()` without any. */
export const rememberOptions = (options: ObservabilityOptions): void => {
  first ??= options
}

export const rememberedOptions = (): ObservabilityOptions => {
  first ??= {}
  return first
}
