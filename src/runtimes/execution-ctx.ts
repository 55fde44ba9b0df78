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
  const { stackTraceLimit } = Error
  // None at all: for a stack of no lines V8 still asks around what to make of it.
  setStackTraceLimit(undefined)
  try {
    return c.executionCtx
  } catch {
    return undefined
  } finally {
    setStackTraceLimit(stackTraceLimit)
  }
}

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
