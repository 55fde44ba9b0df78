import { readProperty } from '../base/thrown.ts'
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

/** Classes an error. Returning undefined leaves it to the built-in classifier; so does throwing. */
export type Classifier = (error: unknown) => ErrorClass | undefined

const UNEXPECTED: ErrorClass = { kind: 'unexpected' }
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

const builtIn = (error: unknown): ErrorClass => {
  const field = zodField(error)
  if (field !== undefined) return { kind: 'validation', field }
  const status = readProperty(error, 'status')
  if (typeof status !== 'number' || typeof readProperty(error, 'getResponse') !== 'function') {
    return UNEXPECTED
  }
  const threatType = THREATS[status]
  if (threatType) return { kind: 'security', threatType }
  if (status === 400 || status === 422) {
    return { kind: 'validation', field: zodField(readProperty(error, 'cause')) }
  }
  return status < 500 ? { kind: 'http' } : UNEXPECTED
}

/** The class as fields: `error.kind`, `error.field`, `error.threat_type`. */
export const classify = (error: unknown, classifier?: Classifier): LogFields => {
  try {
    return asFields(classifier?.(error) ?? builtIn(error))
  } catch {
    return asFields(UNEXPECTED)
  }
}

const asFields = ({ kind, field, threatType }: ErrorClass): LogFields => ({
  'error.kind': kind,
  'error.field': field,
  'error.threat_type': threatType,
})
