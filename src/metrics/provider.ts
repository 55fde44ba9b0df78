import type { MeterOptions, MeterProvider } from '@opentelemetry/api'
import { scopeTexts } from '../base/scope-texts.ts'
import { SCOPE_NAME } from '../base/version.ts'
import { Callbacks } from './callbacks.ts'
import type { Instrument } from './instrument.ts'
import { InstrumentMeter, type MeterHost } from './meter.ts'
import { MetricReader } from './reader.ts'
import { type MeterProviderOptions, toSettings } from './settings.ts'
import {
  type TemporalityPreference,
  type TemporalitySelector,
  temporalitySelector,
} from './temporality.ts'

/** Instruments and meters are named by code, not by requests; the cap only guards against code that builds names. */
const MAX_NAMES = 1000

/** A `MeterProvider` whose metrics can be collected. */
export interface CollectingMeterProvider extends MeterProvider {
  getMeter(name: string, version?: string, options?: MeterOptions): InstrumentMeter
  /** Adds a reader. It sees measurements made from now on. Default `cumulative`. */
  addReader(temporality?: TemporalityPreference | TemporalitySelector): MetricReader
}

/**
 * Makes meters and their instruments. Follows the OpenTelemetry metrics SDK, "MeterProvider".
 */
export const createMeterProvider = (
  providerOptions: MeterProviderOptions = {},
): CollectingMeterProvider => {
  const settings = toSettings(providerOptions)
  const callbacks = new Callbacks(settings)
  const meters = new Map<string, InstrumentMeter>()
  const instruments: Instrument[] = []
  const readers: MetricReader[] = []
  let own = 0

  const host: MeterHost = {
    settings,
    callbacks,
    // What we say of ourselves has room of its own: it says what else had none.
    isFull: ({ name }) => (name === SCOPE_NAME ? own : instruments.length - own) >= MAX_NAMES,
    attach(instrument) {
      own += Number(instrument.descriptor.scope.name === SCOPE_NAME)
      instruments.push(instrument)
      for (const reader of readers) {
        reader.attach(instrument)
      }
    },
  }

  return {
    getMeter(givenName, givenVersion, options) {
      const [name, version, schemaUrl] = scopeTexts(givenName, givenVersion, options)
      const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`
      let meter = meters.get(key)
      if (!meter) {
        if (!name) {
          settings.warn('meter', 'has no name')
        }
        meter = new InstrumentMeter(host, {
          name,
          ...(version && { version }),
          ...(schemaUrl && { schemaUrl }),
        })
        if (meters.size < MAX_NAMES) {
          meters.set(key, meter)
        }
      }
      return meter
    },
    addReader(temporality = 'cumulative') {
      const reader = new MetricReader(
        settings,
        callbacks,
        typeof temporality === 'string' ? temporalitySelector(temporality) : temporality,
      )
      readers.push(reader)
      for (const instrument of instruments) {
        reader.attach(instrument)
      }
      return reader
    },
  }
}
