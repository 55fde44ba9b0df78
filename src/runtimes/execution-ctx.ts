import type { Context } from 'hono'
import { readProperty } from '../base/thrown.ts'

/**
 * The execution context; undefined when there is none, for which Hono throws. Off Workers that is each request, and
 * most of what it costs to throw is the stack, which nobody reads.
 */
export const executionCtxOf = (c: Context): unknown => {
  if (isOfNodeServer(c.env)) {
    return undefined
  }
  const isOfServer = isNothingOfServer(c.env)
  if (isOfServer && without >= ENOUGH) {
    return undefined
  }
  const { stackTraceLimit } = Error
  // None at all: for a stack of no lines V8 still asks around what to make of it.
  setStackTraceLimit(undefined)
  try {
    const given = c.executionCtx
    if (isOfServer) {
      without = -Infinity
    }
    return given
  } catch {
    if (isOfServer) {
      without++
    }
    return undefined
  } finally {
    setStackTraceLimit(stackTraceLimit)
  }
}

/**
 * Requests that came as servers hand them over, and without an execution context: after so many, the next are not asked,
 * since to throw takes Deno as long as a third of all else. Once one has had it, all are.
 */
const ENOUGH = 100
let without = 0

/** Whether there are no bindings, or what `Deno.serve` and Bun hand over in their place. Who makes a context makes both. */
const isNothingOfServer = (env: unknown): boolean =>
  env === undefined ||
  typeof readProperty(env, 'requestIP') === 'function' ||
  readProperty(env, 'remoteAddr') !== undefined

/** @hono/node-server hands over Node's own message, and never an execution context: there is no need to ask. */
const isOfNodeServer = (env: unknown): boolean => {
  return typeof readProperty(readProperty(env, 'incoming'), 'httpVersion') === 'string'
}

/** Where intrinsics are frozen, it stays as it is. */
const setStackTraceLimit = (limit: number | undefined): void => {
  try {
    Error.stackTraceLimit = limit as number
  } catch {
    // Then stacks cost what they cost.
  }
}
