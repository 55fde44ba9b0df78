import type { Attributes } from '@opentelemetry/api'

/** Adds the named headers that are there, as the conventions want them: one attribute each, a list of values. */
export const captureHeaders = (
  into: Attributes,
  prefix: string,
  headers: Headers,
  names: readonly string[],
): void => {
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) {
      into[prefix + name] = [value]
    }
  }
}
