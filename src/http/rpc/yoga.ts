import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import {
  beginGraphql,
  type GraphqlSettings,
  type GraphqlTracingOptions,
  graphqlSettings,
  judgeRequest,
} from './graphql.ts'
import { type GraphqlOperation, operationOf } from './graphql-document.ts'
import { executeTraced, type GraphqlExecution } from './graphql-execute.ts'

type Execute = (args: GraphqlExecution) => unknown

/** A plugin of GraphQL Yoga, or of Envelop, for as much as it has to be. */
export interface GraphqlPlugin {
  // biome-ignore-start lint/suspicious/noExplicitAny: Envelop's own types, of any version and context
  onParse(payload: any): (done: any) => void
  onValidate(payload: any): (done: any) => void
  onExecute(payload: any): void
  onSubscribe(payload: any): void
  // biome-ignore-end lint/suspicious/noExplicitAny: above
}

const UNKNOWN: GraphqlOperation = { type: undefined, name: undefined }

/**
 * A plugin for GraphQL Yoga, or another server on Envelop, that makes a span of each operation, as `tracedExecute` does.
 * A document that cannot be parsed, or is not valid, is counted with its code (`GRAPHQL_PARSE_FAILED`,
 * `GRAPHQL_VALIDATION_FAILED`), and no error of the server. Operations of a batch are spans side by side.
 *
 * @returns What `plugins` of `createYoga` takes.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { createSchema, createYoga } from 'graphql-yoga'
 * import { yogaTracing } from 'hono-observability/rpc'
 *
 * const schema = createSchema({ typeDefs: 'type Query { planet: String }' })
 * const yoga = createYoga({ schema, plugins: [yogaTracing({ operations: ['GetPlanet'] })] })
 * ```
 */
export const yogaTracing = (options?: GraphqlTracingOptions): GraphqlPlugin => {
  const settings = graphqlSettings(options)
  return {
    onParse:
      () =>
      ({ result }: { result: unknown }) => {
        if (result instanceof Error) {
          refuse(UNKNOWN, settings, [result], 'GRAPHQL_PARSE_FAILED')
        }
      },
    onValidate:
      ({ context, params }: { context: unknown; params: { documentAST: unknown } }) =>
      ({ valid, result }: { valid: boolean; result: readonly unknown[] }) => {
        if (!valid) {
          const name = readProperty(readProperty(context, 'params'), 'operationName')
          const operation = operationOf(params.documentAST, name)
          refuse(operation, settings, result, 'GRAPHQL_VALIDATION_FAILED')
        }
      },
    onExecute({ executeFn, setExecuteFn }: Record<string, (given: never) => unknown>) {
      setExecuteFn?.(traced(executeFn as Execute, settings) as never)
    },
    onSubscribe({ subscribeFn, setSubscribeFn }: Record<string, (given: never) => unknown>) {
      setSubscribeFn?.(traced(subscribeFn as Execute, settings) as never)
    },
  }
}

const traced =
  (execute: Execute, settings: GraphqlSettings): Execute =>
  (args) =>
    executeTraced(execute, args, settings)

const refuse = (
  operation: GraphqlOperation,
  settings: GraphqlSettings,
  errors: readonly unknown[],
  code: string,
): void => {
  guard(() => beginGraphql(operation, settings)?.refuse(judgeRequest(errors, code)))
}
