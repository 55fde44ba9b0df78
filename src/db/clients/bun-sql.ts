import { beginOperation } from '../../bindings/observe.ts'
import { watchPromise } from '../../context/results/promise.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept, type Method } from '../intercept.ts'
import { runInside } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { has, part } from '../shape.ts'
import { wrapFunction } from '../wrap-function.ts'

/** `Bun.sql`, and `new SQL(…)` of Bun: PostgreSQL, MySQL or SQLite. */
export const isBunSql = (value: unknown): boolean =>
  typeof value === 'function' && has(value, 'unsafe', 'begin', 'reserve', 'flush')

const SYSTEMS: Readonly<Record<string, string>> = {
  postgres: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
}

/** @returns A stand-in: what is called as a function cannot be observed in its place. */
export const instrumentBunSql = (target: object, options: DatabaseOptions): object => {
  const { adapter, hostname, port, database, filename, path } = part(target, 'options')
  const client = clientOf(
    SYSTEMS[String(adapter)] ?? 'postgresql',
    adapter === 'sqlite'
      ? {
          namespace: String(filename ?? ':memory:')
            .split('/')
            .at(-1),
        }
      : { address: path || hostname, port: path ? undefined : port, namespace: database },
    options,
  )
  return wrapSql(target, client)
}

const wrapSql = (sql: object, client: Client): object => {
  const making: Method = (args, call) => observeQuery(call(args), client, textOf(args), args[1])
  const within: Method = (args, call) =>
    call(
      args.map((each) =>
        typeof each === 'function'
          ? (inner: object, ...rest: unknown[]) =>
              (each as (...given: unknown[]) => unknown)(wrapSql(inner, client), ...rest)
          : each,
      ),
    )
  return wrapFunction(sql, {
    result: (made, args) => observeQuery(made, client, textOf(args), args.slice(1)),
    methods: {
      unsafe: making,
      file: (args, call) => observeQuery(call(args), client, '', args[1]),
      begin: within,
      transaction: within,
      savepoint: within,
      reserve: (args, call) =>
        Promise.resolve(call(args)).then((own) => wrapSql(own as object, client)),
    },
  })
}

/** Parameters are numbered; what a fragment will be is not known. */
const textOf = ([strings]: unknown[]): string =>
  typeof strings === 'string'
    ? strings
    : Array.isArray(strings)
      ? strings.map((piece, index) => (index ? `$${index}${piece}` : piece)).join('')
      : ''

/** It is run when it is asked for: a fragment, which becomes a part of another, never is. */
const observeQuery = (made: unknown, client: Client, text: string, values: unknown): unknown => {
  if (!has(made, 'then', 'execute') || !(made instanceof Promise)) {
    return made
  }
  let isRun = false
  const running: Method = (args, call) => {
    if (!isRun) {
      isRun = true
      const watcher = beginOperation(client.options, () =>
        sqlOperation(client, [statement(text, values)], rowsOf),
      )
      if (watcher) {
        // Before the app asks for it, so that this is seen.
        watchPromise(made, watcher)
        return runInside(watcher, () => call(args))
      }
    }
    return call(args)
  }
  intercept(made, {
    // biome-ignore lint/suspicious/noThenProperty: the hook of it
    then: running,
    catch: running,
    finally: running,
    execute: running,
    run: running,
  })
  return made
}
