import type { SignalName } from './config/config.ts'
import type { ObservabilityOptions } from './config/options.ts'
import type { SignalCounts } from './pipeline/counts.ts'
import { existingTelemetry, rememberedOptions } from './telemetry/registry.ts'

/** One signal's export, counted since the isolate started. */
export interface SignalState extends Readonly<Omit<SignalCounts, 'durations'>> {
  /** Records not yet acknowledged or dropped. */
  readonly queued: number
}

/** How the export is doing in this isolate. */
export interface ExporterState {
  /** When a receiver last took something, in milliseconds since the epoch. */
  readonly lastSuccessMs?: number
  /** Export requests that failed since, of the signal that is worst off. */
  readonly consecutiveFailures: number
  /** Records not yet acknowledged or dropped. */
  readonly queued: number
  /** Records given up, for whatever reason. */
  readonly dropped: number
  readonly signals: Readonly<Partial<Record<SignalName, SignalState>>>
}

/**
 * Tells how the export is doing in this isolate: what is queued, delivered, dropped and why.
 *
 * @param options - The options object given to `observability` or `instrument`. Default: the first one given.
 * @returns Undefined before the first request, or when nothing is exported.
 *
 * @example
 * ```ts
 * import { exporterState } from 'hono-observability'
 *
 * const state = exporterState()
 * if (state && state.dropped > 0) {
 *   console.warn('telemetry was dropped', state.signals.traces?.dropped)
 * }
 * ```
 */
export const exporterState = (
  options: ObservabilityOptions = rememberedOptions(),
): ExporterState | undefined => {
  const sources = existingTelemetry(options)?.sources
  if (!sources?.length) {
    return undefined
  }
  const states = sources.map(({ signal, counts: { durations: _, ...counts }, pending }) => ({
    signal,
    state: { ...counts, dropped: { ...counts.dropped }, queued: pending },
  }))
  const sum = (read: (state: SignalState) => number): number =>
    states.reduce((total, { state }) => total + read(state), 0)
  const lastSuccessMs = Math.max(...states.map(({ state }) => state.lastSuccessMs))
  return {
    ...(lastSuccessMs > 0 && { lastSuccessMs }),
    consecutiveFailures: Math.max(...states.map(({ state }) => state.consecutiveFailures)),
    queued: sum(({ queued }) => queued),
    dropped: sum(({ dropped }) => Object.values(dropped).reduce((total, n) => total + n, 0)),
    signals: Object.fromEntries(states.map(({ signal, state }) => [signal, state])),
  }
}
