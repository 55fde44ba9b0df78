import type { ShippedRecord } from './records.ts'

/**
 * Records by what both ways can say. Not: when it was observed, which is when the file was read; of the resource, all but
 * the service's name; the event that a thrown error is by OTLP only. A field of nothing is left out by OTLP.
 */
export const comparable = (records: readonly ShippedRecord[]): object[] =>
  records
    .filter(({ record }) => record.eventName === undefined)
    .map(({ scope, resource, record: { observedTimeUnixNano: _, attributes, ...record } }) => ({
      scope,
      service: resource['.service.name'],
      ...record,
      attributes: Object.fromEntries(
        Object.entries(attributes as object).filter(([, value]) => JSON.stringify(value) !== '{}'),
      ),
    }))
    .map((one) => [`${one.timeUnixNano} ${JSON.stringify(one.body)}`, one] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, record]) => record)
