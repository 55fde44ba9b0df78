import { atOnce } from '../base/thenable.ts'
import { readProperty } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import type { LogFields } from './record.ts'

/** What an error says about who has to act: the caller, the people on watch, or the developers. */
export interface ErrorClass {
  /** `validation`, `security`, `http`, `unexpected`, or a name of your own. */
  kind: string
  /** For `validation`: the field that was refused, for example `address.street`. */
  field?: string | undefined
  /** For `security`: for example `authentication`, `authorization`, `rate_limit`. */
  threatType?: string | undefined
}

/** Classes an error. Returning undefined leaves it to the built-in classifier. Where it throws, the class is `unexpected`. */
export type Classifier = (error: unknown) => ErrorClass | undefined

const UNEXPECTED: ErrorClass = { kind: 'unexpected' }
const HTTP: ErrorClass = { kind: 'http' }
const THREATS: Readonly<Record<number, string>> = {
  401: 'authentication',
  403: 'authorization',
  429: 'rate_limit',
}

/** The field of a zod error's first issue. Told by its looks: the package may be any version of zod, or none. */
const zodField = (error: unknown): string | undefined => {
  const issues = readProperty(error, 'issues')
  return Array.isArray(issues) && /ZodError$/.test(String(readProperty(error, 'name')))
    ? [readProperty(issues[0], 'path') ?? ''].flat().join('.')
    : undefined
}

const builtIn = (error: unknown, responseStatus: number): ErrorClass => {
  const field = zodField(error)
  if (field !== undefined) {
    return { kind: 'validation', field }
  }
  const given = readProperty(error, 'status')
  // Of some, the first is its name.
  const status = typeof given === 'string' ? readProperty(error, 'statusCode') : given
  if (typeof status !== 'number' || !(status < 500)) {
    return UNEXPECTED
  }
  if (typeof readProperty(error, 'getResponse') !== 'function') {
    // Other libraries' errors. One that became a 5xx all the same is an answer that this app got, not one that it gave.
    return status >= 400 && responseStatus < 500 ? HTTP : UNEXPECTED
  }
  const threatType = THREATS[status]
  if (threatType) {
    return { kind: 'security', threatType }
  }
  if (status === 400 || status === 422) {
    return { kind: 'validation', field: zodField(readProperty(error, 'cause')) }
  }
  return HTTP
}

/**
 * The class as fields: `error.kind`, `error.field`, `error.threat_type`.
 *
 * @param responseStatus What became of it, where that is known.
 */
export const classify = (
  error: unknown,
  classifier?: Classifier,
  responseStatus = 0,
): LogFields => {
  try {
    return asFields(atOnce(classifier?.(error)) ?? builtIn(error, responseStatus))
  } catch {
    warnOnce('`logs.classify` failed.')
    return asFields(UNEXPECTED)
  }
}

const asFields = ({ kind, field, threatType }: ErrorClass): LogFields => ({
  'error.kind': kind,
  'error.field': field,
  'error.threat_type': threatType,
})
