import type { Aggregation } from './aggregation.ts'
import type { ExemplarReservoir } from './exemplars.ts'
import { type InstrumentDescriptor, type InstrumentKind, isObservable } from './instrument-kind.ts'
import type { View } from './stream-config.ts'

/** Selects instruments and says how they are reported. What is left out selects all, or changes nothing. */
export interface ViewOptions {
  /** Selects by instrument name, in any case: `*` stands for any characters, `?` for one. */
  instrument?: string
  /** Selects by kind of instrument. */
  type?: InstrumentKind
  /** Selects by unit. */
  unit?: string
  /** Selects by the name of the meter. */
  meter?: string
  /** Selects by the version of the meter. */
  meterVersion?: string
  /** Selects by the schema URL of the meter. */
  meterSchemaUrl?: string

  /** The metric's name. Needs an `instrument` without wildcards. */
  name?: string
  /** The metric's description. */
  description?: string
  /** Keys of the attributes to keep. Series that differ in others only become one. */
  attributes?: readonly string[]
  /** Keys of attributes to leave out. */
  excludeAttributes?: readonly string[]
  /** `drop`, or the result of `sum`, `lastValue`, `explicitHistogram` or `exponentialHistogram`. */
  aggregation?: Aggregation | 'drop'
  /** Most series that have attributes of their own, from 1, instead of the provider's limit. */
  cardinalityLimit?: number
  /** Makes each series' exemplar reservoir, instead of the aggregation's. */
  exemplarReservoir?: () => ExemplarReservoir
}

/**
 * Makes a view: a change to how instruments are reported. An instrument that several views select is
 * reported once for each. Metrics SDK specification, "View".
 *
 * @throws when `name` is set for more than one instrument, or `cardinalityLimit` is not a whole number from 1.
 */
export const view = (options: ViewOptions): View => {
  const { instrument = '*', name, description, aggregation, cardinalityLimit } = options
  if (name !== undefined && /[*?]/.test(instrument)) {
    fail('instrument', 'one name where `name` is set', instrument)
  }
  if (
    cardinalityLimit !== undefined &&
    !(Number.isInteger(cardinalityLimit) && cardinalityLimit > 0)
  ) {
    fail('cardinalityLimit', 'a whole number from 1', cardinalityLimit)
  }
  const selected = selector(options, instrument)
  const { attributes, excludeAttributes = [] } = options
  const keeps = (key: string): boolean =>
    !excludeAttributes.includes(key) && attributes?.includes(key) !== false
  return (descriptor, warn) => {
    if (!selected(descriptor)) {
      return undefined
    }
    if (aggregation === 'drop') {
      return aggregation
    }
    // Observed values are totals or states: their distribution over collections says nothing.
    if (
      aggregation &&
      isObservable(descriptor.kind) &&
      /histogram/i.test(aggregation.fields.type)
    ) {
      warn(descriptor.name, 'a view makes a histogram of observed values, ignored')
      return undefined
    }
    return {
      ...(name && { name }),
      ...(aggregation && { aggregation }),
      description,
      cardinalityLimit,
      keeps: attributes || excludeAttributes.length > 0 ? keeps : undefined,
      reservoir: options.exemplarReservoir,
    }
  }
}

const selector = (
  { type, unit, meter, meterVersion, meterSchemaUrl }: ViewOptions,
  instrument: string,
): ((descriptor: InstrumentDescriptor) => boolean) => {
  const pattern = instrument
    .replace(/[^\w*?]/g, '\\$&')
    .replace(/[*?]/g, (wildcard) => (wildcard === '*' ? '.*' : '.'))
  const names = new RegExp(`^${pattern}$`, 'i')
  return ({ kind, name, scope, ...descriptor }) =>
    names.test(name) &&
    is(type, kind) &&
    is(unit, descriptor.unit) &&
    is(meter, scope.name) &&
    is(meterVersion, scope.version) &&
    is(meterSchemaUrl, scope.schemaUrl)
}

const is = (wanted: string | undefined, actual: string | undefined): boolean =>
  wanted === undefined || wanted === actual

const fail = (option: string, expected: string, received: unknown): never => {
  throw new TypeError(
    `Cannot create a view: \`${option}\` must be ${expected}, received ${JSON.stringify(received)}`,
  )
}
