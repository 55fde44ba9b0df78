import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { runWithContext } from '../../context/async-context.ts'
import { watchSettled } from '../../context/results/watch.ts'
import {
  beginGraphql,
  type GraphqlSettings,
  type GraphqlTracingOptions,
  graphqlSettings,
  judgeResult,
} from './graphql.ts'
import { operationOf } from './graphql-document.ts'

/** What this needs of the arguments of `execute` and `subscribe`. */
export interface GraphqlExecution {
  readonly document: unknown
  readonly operationName?: string | null | undefined
}

/**
 * `execute`, or `subscribe`, of `graphql`, with a span for each operation.
 *
 * Spans are named `query`, `mutation` or `subscription`, and carry `graphql.operation.type` and `graphql.operation.name`.
 * Durations are in `hono.graphql.operation.duration`. Errors of a result make the span an error unless they carry a code
 * (`extensions.code`) of the caller's doing, such as `BAD_USER_INPUT`; `error.type` is the code, or else the class of
 * what a resolver threw. Variables and results are not recorded. Semantic conventions: "GraphQL server spans".
 *
 * @param execute - As `graphql` exports it, or what stands for it.
 * @returns A function like it, which returns the very thing that it returns.
 * @throws TypeError when an option is not what it should be; otherwise only what `execute` throws.
 *
 * @example
 * ```ts
 * import { buildSchema, execute, parse } from 'graphql'
 * import { tracedExecute } from 'hono-observability/rpc'
 *
 * const run = tracedExecute(execute, { operations: ['GetPlanet'] })
 * const schema = buildSchema('type Query { planet: String }')
 * const { data } = await run({ schema, document: parse('query GetPlanet { planet }') })
 * ```
 */
export const tracedExecute = <Args extends GraphqlExecution, Result>(
  execute: (args: Args) => Result,
  options?: GraphqlTracingOptions,
): ((args: Args) => Result) => {
  const settings = graphqlSettings(options)
  return (args) => executeTraced(execute, args, settings)
}

/** Makes the call in a span of its own. */
export const executeTraced = <Args extends GraphqlExecution, Result>(
  execute: (args: Args) => Result,
  args: Args,
  settings: GraphqlSettings,
): Result => {
  const operation = guard(() =>
    beginGraphql(operationOf(args.document, args.operationName), settings, args.document),
  )
  if (!operation) {
    return execute(args)
  }
  let result: Result
  try {
    result = runWithContext(operation.context, () => execute(args))
  } catch (error) {
    operation.fail(error)
    throw error
  }
  operation.whenSettled((value) => {
    // A subscription goes on, and what is delivered by increments.
    const later = readProperty(value, 'subsequentResults')
    operation.answer(later ?? value, judgeResult(readProperty(value, 'initialResult') ?? value))
  })
  watchSettled(result, operation)
  return result
}
