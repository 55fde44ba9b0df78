import { createContextKey } from '@opentelemetry/api'
import type { Context, MiddlewareHandler, Next } from 'hono'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { activeContext, runWithContext } from '../../context/async-context.ts'
import { watchSettled } from '../../context/results/watch.ts'
import type { Failure } from './failure.ts'
import {
  beginGraphql,
  describeGraphql,
  fieldsOf,
  type GraphqlTracingOptions,
  graphqlSettings,
  judgeRequest,
  judgeResult,
} from './graphql.ts'
import { operationOf } from './graphql-document.ts'
import type { Operation } from './operation.ts'

/** What this needs of its options. */
export interface GraphqlServerOptions {
  // biome-ignore lint/suspicious/noExplicitAny: rules of any version of graphql
  validationRules?: readonly any[]
}

/** How the handler's validation finds what it is for. */
const OPERATION = /* @__PURE__ */ createContextKey('hono-observability graphql operation')

interface Handled {
  readonly operation: Operation
  document: unknown
  result: unknown
  status: number
}

/**
 * `graphqlServer` of `@hono/graphql-server` with a span for each operation, as `tracedExecute` makes them.
 *
 * @param graphqlServer - As the package exports it.
 * @param serverOptions - What it takes.
 * @param options - What is recorded.
 * @returns The handler.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { graphqlServer } from '@hono/graphql-server'
 * import { buildSchema } from 'graphql'
 * import { Hono } from 'hono'
 * import { tracedGraphqlServer } from 'hono-observability/rpc'
 *
 * const schema = buildSchema('type Query { planet: String }')
 * const rootResolver = () => ({ planet: () => 'Mars' })
 *
 * const app = new Hono()
 * app.use('/graphql', tracedGraphqlServer(graphqlServer, { schema, rootResolver }))
 * ```
 */
export const tracedGraphqlServer = <Options extends object>(
  graphqlServer: (options: Options) => MiddlewareHandler,
  serverOptions: Options & GraphqlServerOptions,
  options?: GraphqlTracingOptions,
): MiddlewareHandler => {
  const settings = graphqlSettings(options)
  const rule = (validation: unknown): object => {
    guard(() => {
      const handled = activeContext().getValue(OPERATION) as Handled | undefined
      if (handled) {
        handled.document = (validation as { getDocument(): unknown }).getDocument()
        const found = operationOf(handled.document)
        const description = describeGraphql(found, settings, handled.document)
        handled.operation.describe(description, fieldsOf(found))
      }
    })
    return {}
  }
  const handler = graphqlServer({
    ...serverOptions,
    validationRules: [...(serverOptions.validationRules ?? []), rule],
  })
  return (c, next) => {
    const operation = isOperation(c)
      ? guard(() => beginGraphql({ type: undefined, name: undefined }, settings))
      : undefined
    return operation ? handle(handler, c, next, operation) : handler(c, next)
  }
}

/** The page of GraphiQL is none. */
const isOperation = ({ req }: Context): boolean =>
  req.method === 'POST' || (req.method === 'GET' && req.query('query') !== undefined)

const handle = (
  handler: MiddlewareHandler,
  c: Context,
  next: Next,
  operation: Operation,
): ReturnType<MiddlewareHandler> => {
  const handled: Handled = { operation, document: undefined, result: undefined, status: 200 }
  operation.whenOver(noteResult(c, handled))
  const context = operation.context.setValue(OPERATION, handled)
  const result = runWithContext(context, () => handler(c, next))
  operation.whenSettled(() => {
    const failure = failureOf(handled)
    if (failure) {
      operation.refuse(failure)
    } else {
      operation.end()
    }
  })
  watchSettled(result, operation)
  return result
}

type Make = (...args: unknown[]) => Response

/** The handler answers by `c.json`, or prettily by `c.text`: the one place where it shows its result. */
const noteResult = (c: Context, handled: Handled): (() => void) => {
  const makers = c as unknown as Record<'json' | 'text', Make>
  const { json, text } = makers
  const own = { json, text }
  makers.json = notingJson(handled, json)
  makers.text = notingText(handled, text)
  return () => Object.assign(makers, own)
}

const notingJson =
  (handled: Handled, make: Make): Make =>
  (...args) => {
    handled.result = args[0]
    handled.status = typeof args[1] === 'number' ? args[1] : 200
    return make(...args)
  }

const notingText =
  (handled: Handled, make: Make): Make =>
  (...args) => {
    handled.result = parsed(args[0])
    return make(...args)
  }

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

const failureOf = ({ result, status, document }: Handled): Failure | undefined => {
  const errors = readProperty(result, 'errors')
  if (status < 400 || status >= 500 || !Array.isArray(errors)) {
    return judgeResult(result)
  }
  if (status !== 400) {
    // A mutation by GET, another method: nothing was called that could have failed.
    return judgeRequest([], 'BAD_REQUEST')
  }
  const isError = readProperty(errors[0], 'name') === 'GraphQLError'
  const unread = isError ? 'GRAPHQL_PARSE_FAILED' : 'BAD_REQUEST'
  return judgeRequest(errors, document === undefined ? unread : 'GRAPHQL_VALIDATION_FAILED')
}
