import {
  type BatchObservableCallback,
  type Meter,
  type MeterOptions,
  type MeterProvider,
  type MetricOptions,
  metrics,
  type Observable,
  type ObservableCallback,
} from '@opentelemetry/api'

/** Instruments that are asked, not told: as many as are remembered for a provider to come. */
const MAX_EARLY = 1000

const METERS = ['Counter', 'UpDownCounter', 'Histogram', 'Gauge'] as const
const ASKED = ['ObservableCounter', 'ObservableUpDownCounter', 'ObservableGauge'] as const

type Made = Record<string, ((...args: unknown[]) => void) | undefined>
type Make = Record<string, (name: string, options?: MetricOptions) => unknown>

/** A callback for several instruments, and what calls it with those that are real. */
interface CallbackBatch {
  readonly callback: BatchObservableCallback
  readonly of: readonly Observable[]
  readonly call: BatchObservableCallback
}

/** What has to be done again with each provider that comes: it cannot wait for a measurement. */
const pending = /* @__PURE__ */ new Set<() => void>()

/** The API's own provider, which is there before any other, and does nothing. */
let nothing: MeterProvider | undefined

/** Whether there is a provider that measures, for what costs something to watch. */
export const isThere = (): boolean => metrics.getMeterProvider() !== nothing

/** What the provider makes that is registered now. */
export const follow = <T>(make: (provider: MeterProvider) => T): (() => T) => {
  let provider: MeterProvider | undefined
  let made: T
  return () => {
    const current = metrics.getMeterProvider()
    if (current !== provider) {
      provider = current
      made = make(current)
    }
    return made
  }
}

/** Does it now, or when there is a provider. */
const whenThere = (act: () => void): void => {
  if (isThere()) {
    adoptEarly()
    act()
  } else if (pending.size < MAX_EARLY) {
    pending.add(act)
  }
}

const reals = /* @__PURE__ */ new WeakMap<object, () => Observable | undefined>()

const realOf = (observable: Observable): Observable => reals.get(observable)?.() ?? observable

const earlyMeter = (...scope: [string, string?, MeterOptions?]): Meter => {
  const meter = follow((provider) =>
    provider === nothing ? undefined : (provider.getMeter(...scope) as unknown as Make),
  )
  const realMeter = meter as unknown as () => Meter | undefined
  let batches: CallbackBatch[] = []
  const removeBatch = (callback: BatchObservableCallback, of: Observable[]): void => {
    const isMeant = (batch: CallbackBatch): boolean =>
      batch.callback === callback &&
      batch.of.length === of.length &&
      of.every((observable) => batch.of.includes(observable))
    for (const { call } of batches.filter(isMeant)) {
      realMeter()?.removeBatchObservableCallback(call, of.map(realOf))
    }
    batches = batches.filter((batch) => !isMeant(batch))
  }
  const early: Record<string, unknown> = {
    addBatchObservableCallback(callback: BatchObservableCallback, of: Observable[]) {
      // Added twice, it is called once.
      removeBatch(callback, of)
      const call: BatchObservableCallback = (result) =>
        callback({
          observe: (observable, ...rest) => result.observe(realOf(observable), ...rest),
        })
      const batch = { callback, of, call }
      if (batches.length < MAX_EARLY) {
        batches.push(batch)
        whenThere(() => {
          if (batches.includes(batch)) {
            realMeter()?.addBatchObservableCallback(call, of.map(realOf))
          }
        })
      }
    },
    removeBatchObservableCallback: removeBatch,
  }
  for (const kind of METERS) {
    early[`create${kind}`] = (name: string, options?: MetricOptions) => {
      const instrument = follow(() => meter()?.[`create${kind}`]?.(name, options) as Made)
      const tell =
        (method: string) =>
        (...args: unknown[]) =>
          instrument()?.[method]?.(...args)
      return { add: tell('add'), record: tell('record') }
    }
  }
  for (const kind of ASKED) {
    early[`create${kind}`] = (name: string, options?: MetricOptions): Observable => {
      const instrument = follow(() => meter()?.[`create${kind}`]?.(name, options) as Observable)
      whenThere(instrument)
      // Also before there is a provider, when nobody has them yet.
      const removed = new WeakSet<ObservableCallback>()
      const observable: Observable = {
        addCallback(callback) {
          removed.delete(callback)
          whenThere(() => {
            if (!removed.has(callback)) {
              instrument()?.addCallback(callback)
            }
          })
        },
        removeCallback(callback: ObservableCallback) {
          removed.add(callback)
          instrument()?.removeCallback(callback)
        },
      }
      reals.set(observable, instrument)
      return observable
    }
  }
  return early as unknown as Meter
}

/**
 * Lets instruments be made before there is a provider, as the API does for tracers and not for meters: those that its
 * empty provider makes from now on work as soon as another, ours or not, is registered. Nothing is registered by it.
 */
export const awaitProvider = (): void => {
  const { metrics: registered } =
    ((globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] as
      | { metrics?: MeterProvider }
      | undefined) ?? {}
  if (!registered && !nothing) {
    nothing = metrics.getMeterProvider()
    nothing.getMeter = earlyMeter
  }
}

/** A provider has come. */
export const adoptEarly = (): void => {
  for (const act of pending) {
    act()
  }
  pending.clear()
}
