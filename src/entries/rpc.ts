export type { GraphqlTracingOptions } from '../http/rpc/graphql.ts'
export { type GraphqlExecution, tracedExecute } from '../http/rpc/graphql-execute.ts'
export {
  type GraphqlServerOptions,
  tracedGraphqlServer,
} from '../http/rpc/graphql-server.ts'
export { type OrpcPlugin, orpcTracing } from '../http/rpc/orpc.ts'
export { type TrpcCall, type TrpcFailure, trpcErrors, trpcTracing } from '../http/rpc/trpc.ts'
export { type GraphqlPlugin, yogaTracing } from '../http/rpc/yoga.ts'
