import { createContextKey } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { whenRejected } from '../../context/results/rejection.ts'
import { watchSettled } from '../../context/results/watch.ts'
import { passageOf } from '../inner-request.ts'
import { codeOf, type Failure, INTERNAL } from './failure.ts'
import { beginCall, type Operation } from './operation.ts'
import { describeProcedure } from './procedure.ts'

/** What this needs of what oRPC gives to interceptors. */
interface Intercepted {
  next(): Promise<unknown>
}

/** A plugin of oRPC's handlers, for as much as it has to be. */
export interface OrpcPlugin {
  // biome-ignore lint/suspicious/noExplicitAny: oRPC's own options, of any version and context
  init(options: any): void
}

/** Whether what was asked came to a procedure, whose span tells of all that became of it. */
const ARRIVAL = /* @__PURE__ */ createContextKey('hono-observability oRPC arrival')

const judge = (error: unknown): Failure => {
  // What is no error of oRPC becomes one, whose message hides it.
  const code = codeOf(error)
  const status = readProperty(error, 'status')
  return code !== undefined && typeof status === 'number'
    ? {
        code,
        isFault: status >= 500,
        error: status >= 500 ? (readProperty(error, 'cause') ?? error) : error,
      }
    : { code: INTERNAL, isFault: true, error }
}

/** Of what failed before there was a procedure to call: what came in could not be read, or the server has no idea. */
const judgeUnread = (error: unknown): Failure =>
  readProperty(error, 'name') === 'SyntaxError'
    ? { code: 'BAD_REQUEST', isFault: false, error }
    : judge(error)

/**
 * A plugin for oRPC's `RPCHandler` and `OpenAPIHandler` that makes a span `planet.find` of each call, and a measurement
 * in `rpc.server.call.duration`.
 *
 * The request's route becomes `/rpc/planet/find`, or the procedure's own path under `OpenAPIHandler`, where it makes one
 * call; the calls of a batch are spans side by side. `rpc.response.status_code` is oRPC's code of a failure, and only
 * those with a status of 500 and above are errors, with the code as `error.type`. Inputs and outputs are not recorded.
 * Semantic conventions: "RPC spans".
 *
 * @returns What `plugins` of a handler takes.
 *
 * @example
 * ```ts
 * import { os } from '@orpc/server'
 * import { RPCHandler } from '@orpc/server/fetch'
 * import { orpcTracing } from 'hono-observability/rpc'
 *
 * const router = { planet: os.handler(() => 'Mars') }
 * const handler = new RPCHandler(router, { plugins: [orpcTracing()] })
 * ```
 */
export const orpcTracing = (): OrpcPlugin => ({
  init(options: { interceptors?: unknown[]; clientInterceptors?: unknown[] }): void {
    // Before all others, whose work is part of it.
    options.interceptors = [tellUnread, ...(options.interceptors ?? [])]
    options.clientInterceptors = [traceCall, ...(options.clientInterceptors ?? [])]
  },
})

interface Called extends Intercepted {
  readonly path: readonly string[]
  readonly procedure: unknown
}

const traceCall = (call: Called): Promise<unknown> => {
  const arrival = activeContext().getValue(ARRIVAL) as Arrival | undefined
  if (arrival) {
    arrival.isCalled = true
  }
  const operation = guard(() => begin(call))
  if (!operation) {
    return call.next()
  }
  const result = runWithContext(operation.context, () => call.next())
  operation.whenSettled((value) => operation.answer(value))
  watchSettled(result, operation)
  return result
}

const begin = ({ path, procedure }: Called): Operation | undefined => {
  const method = path.join('.')
  const description = describeProcedure('orpc', method, undefined, judge)
  const operation = beginCall(description)
  if (operation) {
    const passage = passageOf(operation.from)
    const byName = path.map(encodeURIComponent).join('/')
    // An OpenAPI handler finds a procedure by a path of its own.
    const own = readProperty(readProperty(readProperty(procedure, '~orpc'), 'route'), 'path')
    const below =
      typeof own === 'string' && !passage?.url.path.endsWith(`/${byName}`)
        ? own.replace(/^\//, '')
        : byName
    operation.note(description.dimensions, below)
  }
  return operation
}

interface Arrival {
  isCalled: boolean
}

interface Asked extends Intercepted {
  readonly request: { readonly url: URL }
}

const tellUnread = (asked: Asked): Promise<unknown> => {
  const arrival: Arrival = { isCalled: false }
  const context = activeContext()
  const result = runWithContext(context.setValue(ARRIVAL, arrival), () => asked.next())
  whenRejected(result, (error) => {
    if (!arrival.isCalled) {
      const { pathname } = asked.request.url
      const description = describeProcedure('orpc', undefined, undefined, judgeUnread, pathname)
      const operation = guard(() => beginCall(description))
      if (operation) {
        operation.note(description.dimensions)
        operation.fail(error)
      }
    }
  })
  return result
}
