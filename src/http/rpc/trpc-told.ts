import type { Context } from '@opentelemetry/api'
import { readProperty } from '../../base/thrown.ts'
import { currentScope } from '../../telemetry/scope.ts'
import { passageOf } from '../inner-request.ts'

/** Procedures whose names are known to be the server's own. */
export const MAX_PROCEDURES = 1000

const kinds = /* @__PURE__ */ new Map<string, string>()

/** A call has come to a procedure: there is one of this name. */
export const saw = (path: string, kind: string): void => {
  if (kinds.size < MAX_PROCEDURES) {
    kinds.set(path, kind)
  }
}

/** `query`, `mutation` or `subscription`; undefined where no call has come to such a procedure yet. */
export const kindOf = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : kinds.get(path)

/** How often a call of a path has told of an error. */
type Told = Map<string, WeakMap<object, number>>

/** By request: apps throw one and the same error again and again. */
const told = /* @__PURE__ */ new WeakMap<object, Told>()

/** Where nothing is handled, as in another adapter than HTTP's. */
const NOWHERE = {}

const placeOf = (context: Context): object => passageOf(context) ?? currentScope(context) ?? NOWHERE

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A span tells of this failure. */
export const tell = (context: Context, path: string, error: unknown): void => {
  if (isObject(error)) {
    const place = placeOf(context)
    const paths: Told = told.get(place) ?? new Map()
    told.set(place, paths)
    const errors = paths.get(path) ?? new WeakMap()
    paths.set(path, errors)
    errors.set(error, place === NOWHERE ? 1 : (errors.get(error) ?? 0) + 1)
  }
}

/** Whether a span has told of a failure, which it has of one for each time that it said so. */
export const isTold = (context: Context, path: string | undefined, error: unknown): boolean => {
  const errors = path === undefined ? undefined : told.get(placeOf(context))?.get(path)
  // What a subscription throws is wrapped after it was told.
  return errors !== undefined && (take(errors, error) || take(errors, readProperty(error, 'cause')))
}

const take = (errors: WeakMap<object, number>, error: unknown): boolean => {
  const times = isObject(error) ? (errors.get(error) ?? 0) : 0
  if (times > 0) {
    errors.set(error as object, times - 1)
  }
  return times > 0
}
