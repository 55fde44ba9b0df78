import type { PackedAttributes } from '../otlp/value.ts'
import type { Searchable } from './evaluate.ts'
import { stringsIn, valueIn } from './records.ts'

/** Keys of an instrument that are no attributes. */
export const METRIC_KEYS = [
  'name',
  'unit',
  'type',
  'temporality',
  'scope',
  'service',
  'description',
] as const

/** What of an instrument queries see. */
export type InstrumentFacts = Record<Exclude<(typeof METRIC_KEYS)[number], 'service'>, string>

/** A series of an instrument as queries see it. Words are parts of names here, not whole ones. */
export function searchableSeries(
  facts: InstrumentFacts,
  attributes: PackedAttributes,
  { service, resource }: { service: string; resource: string },
): Searchable {
  const own = Object.fromEntries(
    METRIC_KEYS.map((key) => [key, () => (key === 'service' ? service : facts[key])]),
  )
  const text = [facts.name, facts.description, ...stringsIn(attributes)].join('\n').toLowerCase()
  return {
    value: valueIn(attributes, own, resource),
    hasText: (words) => text.includes(words.toLowerCase().replaceAll('*', '')),
    ids: [],
  }
}
