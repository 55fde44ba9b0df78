import type { Attributes } from '@opentelemetry/api'
import { isSecretName, redactText } from '../base/own-lines.ts'
import type { ReadableHeaders } from '../runtimes/plain-headers.ts'
import { REDACTED } from './url.ts'

/**
 * Adds the named headers that are there, as the conventions want them: one attribute each, a list of values. Asked for
 * or not, secrets stay here.
 */
export const captureHeaders = (
  into: Attributes,
  prefix: string,
  headers: ReadableHeaders,
  names: readonly string[],
): void => {
  for (const name of names) {
    const value = headers.get(name)
    if (value !== null) {
      into[prefix + name] = [isSecretName(name) ? REDACTED : redactText(value)]
    }
  }
}
