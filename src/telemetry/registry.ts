import type { Pipeline } from '../export/pipeline/pipeline.ts'
import type { ObservabilityOptions } from './config/options.ts'
import type { Telemetry } from './telemetry.ts'

/** Beyond it the oldest is only found by its options: a process that makes apps without end does not grow. */
export const MAX_LIVE = 100

const live = /* @__PURE__ */ new Set<Telemetry>()
let byOptions = /* @__PURE__ */ new WeakMap<ObservabilityOptions, Telemetry>()
/** Of an isolate where nobody gives any. */
const NONE: ObservabilityOptions = {}
let first: ObservabilityOptions | undefined

/** The telemetry of these options, if a request has made it. */
export const existingTelemetry = (options: ObservabilityOptions): Telemetry | undefined =>
  byOptions.get(options)

export const registerTelemetry = (options: ObservabilityOptions, telemetry: Telemetry): void => {
  byOptions.set(options, telemetry)
  live.add(telemetry)
  for (const oldest of live) {
    if (live.size <= MAX_LIVE) {
      break
    }
    live.delete(oldest)
  }
}

/** From now on, options have none: it is made anew. What was made goes on for those who have it. Returns what was live. */
export const forgetTelemetry = (): readonly Telemetry[] => {
  byOptions = new WeakMap()
  return [...live]
}

/** The pipelines of this process. */
export const livePipelines = (): Pipeline[] => [...live].flatMap(({ pipelines }) => pipelines)

export const forgetPipelines = (): void => live.clear()

/**
 * What signs trace contexts: the secret of the app that sends, or else the first of this isolate. Undefined when nobody
 * has one.
 */
export const signingSecret = (sender: Telemetry | undefined): string | undefined => {
  for (const telemetry of sender ? [sender, ...live] : live) {
    if (telemetry.config.sealing.length) {
      return telemetry.config.sealing[0]
    }
  }
  return undefined
}

/** The first options given in the isolate are those of whoever gives none. */
export const rememberOptions = (options: ObservabilityOptions): void => {
  first ??= options
}

/** Asking changes nothing: whoever gives options later is the first. */
export const rememberedOptions = (): ObservabilityOptions => first ?? NONE
