import type { Context } from 'hono'
import { readProperty } from '../../base/thrown.ts'
import { ownCounter } from '../../metrics/own.ts'
import { answerOf } from '../route.ts'
import { fieldPath } from './field-path.ts'
import { sayOnRequest } from './on-request.ts'

/** Fields of one request that are told of. */
const MAX_FIELDS = 32

const failures = /* @__PURE__ */ ownCounter(
  'hono.validation.failures',
  '{failure}',
  'Fields of requests that were not as their schema says.',
)

/** What a validator gives to its hook. */
export interface Validated {
  readonly success: boolean
  readonly target?: string
  readonly error?: unknown
}

export type ValidationHook = (result: Validated, c: Context) => unknown

/** Counts the fields that a validation found wrong, once each. */
export const countFailures = (
  { success, error }: Validated,
  c: Context,
  target: string,
  schema: unknown,
): void => {
  const issues = Array.isArray(error) ? error : readProperty(error, 'issues')
  if (success || !Array.isArray(issues)) {
    return
  }
  const found = new Map<string, Readonly<Record<string, string | undefined>>>()
  // One for each item of a list is one field.
  for (const issue of issues.slice(0, MAX_ISSUES)) {
    const path = readProperty(issue, 'path')
    const field = fieldPath(schema, Array.isArray(path) ? path : [])
    const code = codeOf(issue)
    if (found.size < MAX_FIELDS) {
      found.set(`${field} ${code}`, {
        'http.route': answerOf(c).path,
        'hono.validation.target': target,
        'hono.validation.field': field || undefined,
        'hono.validation.code': code,
      })
    }
  }
  const names = [...found.values()].map((failure) => failure['hono.validation.field'] ?? '(all)')
  const fields = [...new Set(names)]
  if (sayOnRequest({ 'hono.validation.target': target, 'hono.validation.fields': fields })) {
    for (const attributes of found.values()) {
      failures.add(1, attributes)
    }
  }
}

/** Counts a body that could not be read at all, so that nothing was there to validate. */
export const countMalformed = (c: Context, target: string): void => {
  const said = { 'hono.validation.target': target, 'hono.validation.fields': ['(all)'] }
  if (sayOnRequest(said)) {
    failures.add(1, {
      'http.route': answerOf(c).path,
      'hono.validation.target': target,
      'hono.validation.code': 'malformed',
    } as never)
  }
}

/** Issues that are looked at: a list of a million wrong items has a million. */
const MAX_ISSUES = 1000

/** zod's kinds of issues, such as `too_small`; other libraries have none. */
const codeOf = (issue: unknown): string | undefined => {
  const code = readProperty(issue, 'code')
  return typeof code === 'string' && /^[a-z_]{1,32}$/.test(code) ? code : undefined
}
