import type { UsageInstrumentation } from '../telemetry/usage.ts'

/** The bindings that can be instrumented. */
export type BindingKind =
  | 'ai'
  | 'analytics-engine'
  | 'browser'
  | 'd1'
  | 'dispatch-namespace'
  | 'durable-object'
  | 'email'
  | 'images'
  | 'kv'
  | 'queue'
  | 'r2'
  | 'rate-limit'
  | 'service'
  | 'vectorize'
  | 'workflow'

/** What is instrumented, and what is recorded of it. */
export interface BindingsOptions {
  /**
   * For bindings whose kind is not recognised, such as mocks, and (`false`) for those to leave alone,
   * by their names in `env`. Default: all kinds are recognised by the methods they have.
   */
  kinds?: Readonly<Record<string, BindingKind | false>>
  /**
   * Record the text of D1 statements (`db.query.text`): as it is when values were bound to it,
   * otherwise with its literals replaced by `?`. Bound values are never recorded. Default true.
   */
  queryText?: boolean
  /**
   * Record keys of KV and R2, and ids of Workflow instances, which may hold ids of users or sessions. Default false.
   */
  keys?: boolean
  /**
   * Names of the services, Durable Objects, queues and Workflows whose other end takes the trace context: it says
   * `propagate` for that class or queue. RPC methods called on a stub get it as one more, last, argument, which others
   * would see; messages that become JSON and the `params` of Workflows get it as one more property, signed with
   * `HONO_OBSERVABILITY_SECRET` or the collector's credentials, if they are plain objects of up to 32,768 characters.
   * Default none; `fetch` needs no such thing.
   */
  propagate?: readonly string[]
  /**
   * Milliseconds from which on an operation is logged at level `warn`, by the logger `bindings`; `false` for never.
   * Answers of AI models, which take seconds, are not logged. Default 500.
   */
  slowThresholdMs?: number | false
  /**
   * Counts what calls use, and holds them to budgets: `usage()` from `hono-observability/usage`. Default none.
   */
  usage?: UsageInstrumentation | undefined
  /**
   * How often one request may run the same statement on D1, its values aside, before that is counted by
   * `hono.db.repeated_statements` and logged, once a request; `false` for never. Default 10.
   */
  repeatedThreshold?: number | false
  /** Also instrument the Cache API, by replacing the global `caches`. Default false. */
  caches?: boolean
}

/** What a wrapper needs to know about the binding it wraps. */
export interface BindingContext {
  /** The name in `env`. */
  readonly name: string
  readonly options: BindingsOptions
}
