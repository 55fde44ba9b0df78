import type { Context } from 'hono'

/**
 * The execution context; undefined when there is none, for which Hono throws. Off Workers that is each request, and
 * most of what it costs to throw is the stack, which nobody reads.
 */
export const executionCtxOf = (c: Context): unknown => {
  const { stackTraceLimit } = Error
  setStackTraceLimit(0)
  try {
    return c.executionCtx
  } catch {
    return undefined
  } finally {
    setStackTraceLimit(stackTraceLimit)
  }
}

/** Where intrinsics are frozen, it stays as it is. */
const setStackTraceLimit = (limit: number): void => {
  try {
    Error.stackTraceLimit = limit
  } catch {
    // Then stacks cost what they cost.
  }
}
