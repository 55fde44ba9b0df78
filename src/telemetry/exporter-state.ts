import type { SignalName } from '../base/signal.ts'
import { hostOf } from '../export/otlp/host.ts'
import { isCircuitOpen, type SignalCounts, type SignalSource } from '../export/pipeline/counts.ts'
import type { ObservabilityOptions } from './config/options.ts'
import { existingTelemetry, rememberedOptions } from './registry.ts'

/** One signal's export, counted since the isolate started. */
export interface SignalState extends Readonly<Omit<SignalCounts, 'durations'>> {
  /** Records not yet acknowledged or dropped. */
  readonly queued: number
  /** Whether the receiver has failed three times or more in a row, so that requests are probes at growing pauses. */
  readonly circuitOpen: boolean
  /** No request before this time, in milliseconds since the epoch: a pause after a failure, or `Retry-After`. */
  readonly notBeforeMs: number
}

/** How the export to one destination is doing in this isolate. */
export interface DestinationState {
  /** Host and port of the receiver. */
  readonly host: string
  /** When the receiver last took something, in milliseconds since the epoch. */
  readonly lastSuccessMs?: number
  /** Export requests that failed since, of the signal that is worst off. */
  readonly consecutiveFailures: number
  /** Whether any signal's circuit is open. */
  readonly circuitOpen: boolean
  /** Records not yet acknowledged or dropped. */
  readonly queued: number
  /** Records given up, for whatever reason. */
  readonly dropped: number
  readonly signals: Readonly<Partial<Record<SignalName, SignalState>>>
}

/** How the export is doing in this isolate: of all destinations together; `signals` is of the first. */
export interface ExporterState extends Omit<DestinationState, 'host'> {
  /** Each destination by itself, in the order of the configuration. */
  readonly destinations: readonly DestinationState[]
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
 * for (const { host, circuitOpen } of state?.destinations ?? []) {
 *   console.log(host, circuitOpen ? 'is away' : 'is well')
 * }
 * ```
 */
export const exporterState = (
  options: ObservabilityOptions = rememberedOptions(),
): ExporterState | undefined => {
  const { sources = [], config } = existingTelemetry(options) ?? {}
  if (!config || !sources.length) {
    return undefined
  }
  const of = (index: number): SignalSource[] =>
    sources.filter(({ destination }) => destination === index)
  return {
    ...summary(sources),
    signals: signalsOf(sources.filter(({ destination = 0 }) => !destination)),
    destinations: config.otlp.map((destination, index) => ({
      host: hostOf(destination),
      ...summary(of(index)),
      signals: signalsOf(of(index)),
    })),
  }
}

const summary = (sources: readonly SignalSource[]): Omit<DestinationState, 'host' | 'signals'> => {
  const lastSuccessMs = Math.max(0, ...sources.map(({ counts }) => counts.lastSuccessMs))
  const sum = (read: (source: SignalSource) => number): number =>
    sources.reduce((total, source) => total + read(source), 0)
  return {
    ...(lastSuccessMs > 0 && { lastSuccessMs }),
    consecutiveFailures: Math.max(0, ...sources.map(({ counts }) => counts.consecutiveFailures)),
    circuitOpen: sources.some(({ counts }) => isCircuitOpen(counts)),
    queued: sum(({ pending }) => pending),
    dropped: sum(({ counts }) => Object.values(counts.dropped).reduce((total, n) => total + n, 0)),
  }
}

const signalsOf = (sources: readonly SignalSource[]): DestinationState['signals'] =>
  Object.fromEntries(
    sources.map(({ signal, counts, pending, notBeforeMs }) => {
      const { durations: _, ...plain } = counts
      return [
        signal,
        {
          ...plain,
          dropped: { ...counts.dropped },
          queued: pending,
          circuitOpen: isCircuitOpen(counts),
          notBeforeMs,
        },
      ]
    }),
  )
