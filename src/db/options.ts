import { type Check, count, delay, flag, text } from '../base/checks.ts'

/** What is recorded of a database's client. */
export interface DatabaseOptions {
  /**
   * The name of the pool, in metrics: `db.client.connection.pool.name`. Default: address, port and database, as
   * `db.example:5432/shop`.
   */
  poolName?: string
  /** `db.namespace`: the name of the database. Default: what the client says, if it does. */
  namespace?: string
  /**
   * Record the text of statements (`db.query.text`): as it is when values were bound to it, otherwise with its literals
   * replaced by `?`. Bound values are never recorded. Default true.
   */
  queryText?: boolean
  /** Record the first key of commands of Redis and of Deno KV, which may hold ids of users. Default false. */
  keys?: boolean
  /**
   * Milliseconds from which on an operation is logged at level `warn`, by the logger `db`; `false` for never. Commands
   * that wait, such as BLPOP, are not logged. Default 500.
   */
  slowThresholdMs?: number | false
  /**
   * How often one request may run the same statement, its values aside, before that is counted by
   * `hono.db.repeated_statements` and logged, once a request; `false` for never. Default 10.
   */
  repeatedThreshold?: number | false
}

const orFalse = (check: Check<number>): Check<number | false> => ({
  test: (value): value is number | false => value === false || check.test(value),
  expected: `${check.expected}, or false`,
})

const CHECKS: Readonly<Record<keyof DatabaseOptions, Check<unknown>>> = {
  poolName: text,
  namespace: text,
  queryText: flag,
  keys: flag,
  slowThresholdMs: /* @__PURE__ */ orFalse(delay),
  repeatedThreshold: /* @__PURE__ */ orFalse(count),
}

/** @throws TypeError for an option that is none, or is not what it must be. */
export const checkOptions = (options: DatabaseOptions): void => {
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, name) && CHECKS[name as keyof DatabaseOptions]
    if (!check) {
      throw new TypeError(
        `Cannot instrument a database: \`${name}\` must be left out, as there is no such option; there are ${Object.keys(CHECKS).join(', ')}`,
      )
    }
    if (value !== undefined && !check.test(value)) {
      throw new TypeError(
        `Cannot instrument a database: \`${name}\` must be ${check.expected}, received ${String(value)}`,
      )
    }
  }
}
