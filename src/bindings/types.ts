/** The bindings that can be instrumented. */
export type BindingKind = 'd1' | 'durable-object' | 'kv' | 'queue' | 'r2' | 'service'

/** What the middleware and `instrument` need of `bindings()`; they import only this type. */
export interface BindingsInstrumentation {
  /** The environment with its bindings wrapped: the same object for the same `env`. Never throws. */
  wrap<Env>(env: Env): Env
}

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
  /** Record keys of KV and R2, which may hold ids of users or sessions. Default false. */
  keys?: boolean
  /** Also instrument the Cache API, by replacing the global `caches`. Default false. */
  caches?: boolean
}

/** What a wrapper needs to know about the binding it wraps. */
export interface BindingContext {
  /** The name in `env`. */
  readonly name: string
  readonly options: BindingsOptions
}
