import { newUuid } from '../base/random.ts'
import { exceptionAttributes, readProperty, toText } from '../base/thrown.ts'
import type { CallSites, Given } from './call-sites.ts'
import { causesOf } from './causes.ts'
import { type Classifier, classify } from './classify.ts'
import type { LogFields } from './record.ts'

/**
 * `exception.*` as the semantic conventions name it, each of one type whatever an app puts there: code and causes are
 * text, errors a list. Whoever writes the fields bounds them. Never throws, whatever was thrown.
 */
export const exceptionFields = (error: unknown): LogFields => {
  const code = readProperty(error, 'code') ?? undefined
  const errors = readProperty(error, 'errors') ?? undefined
  return {
    ...exceptionAttributes(error),
    'exception.code': /^(undefined|object|function)$/.test(typeof code) ? undefined : toText(code),
    'exception.cause': causesOf(error),
    'exception.errors': errors === undefined || isList(errors) ? errors : [errors],
  }
}

const isList = (value: unknown): boolean => {
  try {
    return Array.isArray(value)
  } catch {
    // A revoked proxy.
    return false
  }
}

const ids = /* @__PURE__ */ new WeakMap<object, string>()

/**
 * The id under which one error can be found again: the same in every record that mentions it, and in the response.
 *
 * @returns undefined outside requests on Workers, where nothing is random
 */
export const errorId = (error: unknown): string | undefined => {
  const isObject = typeof error === 'object' && error !== null
  let id = isObject ? ids.get(error) : undefined
  try {
    id ??= newUuid()
  } catch {
    return undefined
  }
  if (isObject) {
    ids.set(error, id)
  }
  return id
}

/** What of the options of logs counts here. */
interface Describing {
  readonly classify?: Classifier | undefined
  readonly caller?: CallSites | undefined
}

/**
 * The fields of a record about an error: what it is, the id to find it by, its class, and where it was made if that is
 * asked for.
 *
 * @param responseStatus What became of it, where that is known.
 * @param given What the app says beside it.
 */
export const describeError = (
  error: unknown,
  { classify: classifier, caller }: Describing = {},
  responseStatus?: number,
  given?: Given,
): LogFields => ({
  ...exceptionFields(error),
  'error.id': errorId(error),
  ...classify(error, classifier, responseStatus),
  ...caller?.ofError(error, given),
})

/** What callers did wrong is warned of without a stack: it leads to the check that found it, always the same. */
export const forWarning = (described: LogFields): LogFields =>
  /^(?:http|security|validation)$/.test(String(described['error.kind']))
    ? { ...described, 'exception.stacktrace': undefined }
    : described
