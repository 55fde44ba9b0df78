import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { watchSettled } from '../../context/results/watch.ts'
import { codeOf, type Failure, INTERNAL, isFaultCode, thrownIn } from './failure.ts'
import { beginCall, type Description, isWithinOperation, type Operation } from './operation.ts'
import { describeProcedure } from './procedure.ts'
import { isTold, kindOf, saw, tell } from './trpc-told.ts'

/** What this needs of the call that tRPC gives to middleware. */
export interface TrpcCall<Result> {
  /** The procedure's path in its router: `planet.byId`. */
  readonly path: string
  /** `query`, `mutation` or `subscription`. */
  readonly type: string
  next(): Promise<Result>
}

/** What this needs of what tRPC gives to `onError`. */
export interface TrpcFailure {
  readonly error: unknown
  readonly path: string | undefined
  /** `unknown` where there is no such procedure. */
  readonly type: string
}

const judge = (error: unknown): Failure => {
  const code = codeOf(error) ?? INTERNAL
  const isFault = isFaultCode(code)
  return { code, isFault, error: isFault ? thrownIn(error) : error }
}

/**
 * Middleware of tRPC that makes a span `planet.byId` of each call, and a measurement in `rpc.server.call.duration`.
 * Give it to the procedure that your others are made from, before other middleware.
 *
 * The request's route becomes `/trpc/planet.byId` where it makes one call; the calls of a batch are spans side by side.
 * `rpc.response.status_code` is tRPC's code of a failure, and only those of a 5xx (`INTERNAL_SERVER_ERROR` …) are
 * errors, with the code as `error.type`. Inputs and outputs are not recorded. Semantic conventions: "RPC spans".
 *
 * @returns The very thing that `next` returns.
 *
 * @example
 * ```ts
 * import { initTRPC } from '@trpc/server'
 * import { trpcTracing } from 'hono-observability/rpc'
 *
 * const t = initTRPC.create()
 * const procedure = t.procedure.use(trpcTracing) // make all others from this one
 * const router = t.router({ planet: procedure.query(() => 'Mars') })
 * ```
 */
export const trpcTracing = <Result>(call: TrpcCall<Result>): Promise<Result> => {
  const operation = guard(() =>
    begin(describeProcedure('trpc', call.path, call.type, judge), call.path),
  )
  if (!operation) {
    return call.next()
  }
  saw(call.path, call.type)
  if (!operation.isWithin) {
    operation.whenFailed = telling(operation, call.path)
  }
  // It never throws: failures are results.
  const result = runWithContext(operation.context, () => call.next())
  operation.whenSettled((value) => {
    const error = readProperty(value, 'error')
    if (readProperty(value, 'ok') === false) {
      operation.fail(error)
    } else {
      operation.answer(readProperty(value, 'data'))
    }
  })
  watchSettled(result, operation)
  return result
}

const telling =
  ({ from }: Operation, path: string) =>
  (error: unknown): void =>
    tell(from, path, error)

/**
 * `onError` of tRPC that tells of calls which never came to a procedure's middleware: of a procedure that there is not,
 * by the wrong method, of a context that cannot be made. `rpc.method` is `_OTHER` unless `trpcTracing` has seen a call of
 * that name: before, nothing says that it is not the caller's own.
 *
 * @example
 * ```ts
 * import { trpcServer } from '@hono/trpc-server'
 * import { initTRPC } from '@trpc/server'
 * import { trpcErrors, trpcTracing } from 'hono-observability/rpc'
 *
 * const t = initTRPC.create()
 * const router = t.router({ planet: t.procedure.use(trpcTracing).query(() => 'Mars') })
 * const handler = trpcServer({ router, onError: trpcErrors }) // app.use('/trpc/:path', handler)
 * ```
 */
export const trpcErrors = ({ error, path, type }: TrpcFailure): void => {
  guard(() => {
    const context = activeContext()
    // What a procedure asks of its own server is told of where it is called.
    if (isWithinOperation(context) || isTold(context, path, error)) {
      return
    }
    const known = kindOf(path)
    const method = known === undefined || type === 'unknown' ? undefined : path
    begin(describeProcedure('trpc', method, method && known, judge, path), method)?.fail(error)
  })
}

const begin = (description: Description, method: string | undefined): Operation | undefined => {
  const operation = beginCall(description)
  if (operation) {
    operation.note(description.dimensions, method)
  }
  return operation
}
