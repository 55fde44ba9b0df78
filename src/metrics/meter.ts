import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  MetricOptions,
  Observable,
  ObservableCounter,
  ObservableGauge,
  ObservableUpDownCounter,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'
import { VALUE_TYPE_INT } from '../base/otel-enums.ts'
import { atOnce } from '../base/thenable.ts'
import { readProperty, toText } from '../base/thrown.ts'
import type { Callbacks } from './callbacks.ts'
import { areBoundaries, bucketHistogram } from './histogram.ts'
import type { Instrument } from './instrument.ts'
import { type InstrumentDescriptor, type InstrumentKind, isValidName } from './instrument-kind.ts'
import { lastValue } from './last-value.ts'
import { ObservableInstrument } from './observable.ts'
import type { Settings } from './settings.ts'
import type { StreamConfig } from './stream-config.ts'
import { sum } from './sum.ts'
import { AddingInstrument, RecordingInstrument } from './synchronous.ts'

/** What a meter needs of its provider. */
export interface MeterHost {
  readonly settings: Settings
  readonly callbacks: Callbacks
  /** Whether the provider takes no more instruments of a scope. */
  isFull(scope: InstrumentationScope): boolean
  /** Makes readers collect an instrument. */
  attach(instrument: Instrument): void
}

/** Makes the instruments of one instrumentation scope. Metrics SDK specification, "Meter". */
export class InstrumentMeter implements Meter {
  readonly #host: MeterHost
  readonly #scope: InstrumentationScope
  readonly #instruments = new Map<string, Instrument>()
  /** Names of metrics, by name in lower case. */
  readonly #names = new Map<string, string>()

  constructor(host: MeterHost, scope: InstrumentationScope) {
    this.#host = host
    this.#scope = scope
  }

  createCounter(name: string, options?: MetricOptions): AddingInstrument {
    return this.#create(AddingInstrument, 'counter', name, options)
  }

  createUpDownCounter(name: string, options?: MetricOptions): AddingInstrument {
    return this.#create(AddingInstrument, 'upDownCounter', name, options)
  }

  createGauge(name: string, options?: MetricOptions): RecordingInstrument {
    return this.#create(RecordingInstrument, 'gauge', name, options)
  }

  createHistogram(name: string, options?: MetricOptions): RecordingInstrument {
    return this.#create(RecordingInstrument, 'histogram', name, options)
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableCounter {
    return this.#create(ObservableInstrument, 'observableCounter', name, options)
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableUpDownCounter {
    return this.#create(ObservableInstrument, 'observableUpDownCounter', name, options)
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableGauge {
    return this.#create(ObservableInstrument, 'observableGauge', name, options)
  }

  addBatchObservableCallback<A extends Attributes = Attributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.#host.callbacks.add(callback as BatchObservableCallback, ours(observables))
  }

  removeBatchObservableCallback<A extends Attributes = Attributes>(
    callback: BatchObservableCallback<A>,
    observables: Observable<A>[],
  ): void {
    this.#host.callbacks.remove(callback as BatchObservableCallback, ours(observables))
  }

  #create<I extends Instrument>(
    type: new (
      descriptor: InstrumentDescriptor,
      configs: readonly StreamConfig[],
      settings: Settings,
      callbacks: Callbacks,
    ) => I,
    kind: InstrumentKind,
    requestedName: string,
    options?: MetricOptions,
  ): I {
    const name = toText(requestedName)
    const { settings, callbacks } = this.#host
    const unit = textOf(options, 'unit')
    const description = textOf(options, 'description')
    const integer = readProperty(options, 'valueType') === VALUE_TYPE_INT
    const key = `${kind},${integer},${name.toLowerCase()},${unit}`
    const known = this.#instruments.get(key)
    let boundaries = advisedBoundaries(options)
    if (known) {
      this.#compare(known, name, description, boundaries)
      return known as I
    }
    if (!isValidName(name)) {
      settings.warn(name, 'not a valid name')
    }
    if (boundaries && !areBoundaries(boundaries)) {
      settings.warn(name, 'advised boundaries are not ascending, ignored')
      boundaries = undefined
    }
    const descriptor: InstrumentDescriptor = {
      kind,
      name,
      description,
      unit,
      integer,
      scope: this.#scope,
      boundaries,
    }
    const isRefused = this.#host.isFull(this.#scope)
    // Nothing is kept of it: the names of what is refused may be without end.
    const configs = isRefused ? [] : this.#configure(descriptor)
    const instrument = new type(descriptor, configs, settings, callbacks)
    if (isRefused) {
      settings.say(
        `Metric ${name}: one instrument too many. It records nothing, nor do those after it; hono.metrics.ignored counts their measurements by name.`,
        'instruments',
      )
      instrument.refuse(() => settings.ignored(name))
      return instrument
    }
    this.#host.attach(instrument)
    this.#instruments.set(key, instrument)
    return instrument
  }

  /** Warns of what another request for the same instrument asks differently. */
  #compare(
    { descriptor, configs }: Instrument,
    name: string,
    description: string,
    boundaries: readonly number[] | undefined,
  ): void {
    const described = configs.every((config) => config.description !== undefined)
    if (
      name !== descriptor.name ||
      (description !== descriptor.description && !described) ||
      (boundaries && `${boundaries}` !== `${descriptor.boundaries}`)
    ) {
      this.#host.settings.warn(name, 'created again with another spelling, description or advice')
    }
    if (description.length > descriptor.description.length) {
      descriptor.description = description
    }
  }

  /** The metrics that an instrument becomes. Metrics SDK specification, "Measurement processing". */
  #configure(descriptor: InstrumentDescriptor): StreamConfig[] {
    const { views, warn } = this.#host.settings
    const { kind, name, boundaries } = descriptor
    const changes = views
      .map((view) => guard(() => atOnce(view(descriptor, warn))))
      .filter((change) => change !== undefined)
    const configs: StreamConfig[] = []
    for (const change of changes.length > 0 ? changes : [{}]) {
      if (change === 'drop') {
        continue
      }
      const config = {
        name,
        aggregation:
          kind === 'histogram'
            ? bucketHistogram(boundaries)
            : kind === 'gauge' || kind === 'observableGauge'
              ? lastValue()
              : sum(),
        ...change,
      }
      const key = config.name.toLowerCase()
      const taken = this.#names.get(key)
      if (taken) {
        warn(taken, 'defined twice, reported twice: a view can rename one')
      }
      config.name = taken ?? config.name
      this.#names.set(key, config.name)
      configs.push(config)
    }
    return configs
  }
}

/** A list that long is none that somebody wrote. */
const ENDLESS = 10_000

const ours = (observables: readonly Observable[]): ObservableInstrument[] => {
  try {
    return observables.length < ENDLESS
      ? observables.filter((observable) => observable instanceof ObservableInstrument)
      : []
  } catch {
    return []
  }
}

const textOf = (options: MetricOptions | undefined, key: keyof MetricOptions): string => {
  const value = readProperty(options, key)
  return value === undefined || value === null ? '' : toText(value)
}

/** A copy: it lives as long as the instrument. */
const advisedBoundaries = (options: MetricOptions | undefined): readonly number[] | undefined => {
  const given = readProperty(readProperty(options, 'advice'), 'explicitBucketBoundaries')
  try {
    if (given === undefined || given === null) {
      return undefined
    }
    const list = given as readonly number[]
    return list.length < ENDLESS
      ? list.map((bound) => (typeof bound === 'number' ? bound : Number.NaN))
      : [Number.NaN]
  } catch {
    return [Number.NaN]
  }
}
