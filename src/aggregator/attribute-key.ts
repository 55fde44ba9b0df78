import type { Attributes } from '@opentelemetry/api'

/** One text for every order in which the same attributes may be written. */
export const attributeKey = (attributes: Attributes): string =>
  JSON.stringify(
    Object.entries(attributes)
      .filter(([, value]) => value != null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
