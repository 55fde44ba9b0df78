import type { Attributes } from '@opentelemetry/api'
import { readProperty } from '../../base/thrown.ts'
import * as ATTR from '../../bindings/attributes.ts'
import { beginOperation } from '../../bindings/observe.ts'
import type { Operation } from '../../bindings/operation.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept } from '../intercept.ts'
import { runInside } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { measurePools, type PoolState, watchPool } from '../pools.ts'
import { has, part } from '../shape.ts'
import { wrapFunction } from '../wrap-function.ts'

/** `sql` of `postgres`. */
export const isPostgres = (value: unknown): boolean =>
  typeof value === 'function' && has(value, 'unsafe', 'begin', 'listen', 'typed')

/** @returns A stand-in: what is called as a function cannot be observed in its place. */
export const instrumentPostgres = <T>(target: T, options: DatabaseOptions): T => {
  const settings = part(target, 'options')
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
  const client = clientOf(
    'postgresql',
    {
      address: settings.path || first(settings.host),
      port: settings.path ? undefined : first(settings.port),
      namespace: settings.database,
    },
    options,
  )
  watchPool(client, target as object, readPool)
  return wrapSql(target as object, client) as T
}

const readPool = (sql: object): PoolState => ({ max: Number(part(sql, 'options').max) })

/** The `sql` of a pool, of a transaction, of a savepoint, or of a reserved connection. */
const wrapSql = (sql: object, client: Client): object =>
  wrapFunction(sql, {
    result: (made) => observeQuery(made, client),
    methods: {
      unsafe: (args, call) => observeQuery(call(args), client),
      file: (args, call) => observeQuery(call(args), client),
      begin: (args, call) => call(withSql(args, client)),
      savepoint: (args, call) => call(withSql(args, client)),
      reserve: (args, call) =>
        Promise.resolve(call(args)).then((own) => wrapSql(own as object, client)),
    },
  })

/** A transaction's function receives an `sql` of its own. */
const withSql = (args: unknown[], client: Client): unknown[] =>
  args.map((each) =>
    typeof each === 'function'
      ? (sql: unknown, ...rest: unknown[]) =>
          (each as (...given: unknown[]) => unknown)(
            typeof sql === 'function' ? wrapSql(sql, client) : sql,
            ...rest,
          )
      : each,
  )

interface Query {
  strings: readonly string[]
  args: readonly unknown[]
  /** The text, once it has been sent. */
  string?: unknown
  resolve(value: unknown): unknown
  reject(error: unknown): unknown
}

/** Not a fragment, which becomes a part of another, until it is run: then it is a query too. */
const observeQuery = (made: unknown, client: Client): unknown => {
  if (
    !has(made, 'handle', 'then', 'resolve', 'reject') ||
    !Array.isArray(readProperty(made, 'strings'))
  ) {
    return made
  }
  const query = made as Query
  let isRun = false
  intercept(query, {
    handle(args, call) {
      if (isRun) {
        return call(args)
      }
      isRun = true
      measurePools()
      const watcher = beginOperation(client.options, () => describe(client, query))
      if (!watcher) {
        return call(args)
      }
      tell(query, 'resolve', (value) => watcher.settled(value))
      tell(query, 'reject', (error) => watcher.fail(error))
      watcher.wait()
      return runInside(watcher, () => call(args))
    },
  })
  return made
}

/** Is told what a query is settled with. An iterated cursor puts other functions in their place at each step. */
const tell = (query: Query, key: 'resolve' | 'reject', told: (value: unknown) => void): void => {
  let current: (value: unknown) => unknown = query[key]
  Object.defineProperty(query, key, {
    configurable: true,
    enumerable: true,
    get: () => (value: unknown) => {
      told(value)
      return current(value)
    },
    set(next: (value: unknown) => unknown) {
      current = next
    },
  })
}

const describe = (client: Client, query: Query): Operation => {
  const text = textOf(query)
  const one = statement(text, query.args)
  return {
    ...sqlOperation(client, [one]),
    succeeded: (result) => ({ ...rowsOf(result), ...sent(client, query, one.bound) }),
  }
}

/** The very text, with what helpers made, is known when it has been sent. */
const sent = ({ options }: Client, { string }: Query, isBound: boolean): Attributes =>
  isBound && options.queryText !== false && typeof string === 'string' && string
    ? { [ATTR.queryText]: string }
    : {}

const MAX_DEPTH = 8

/** The text as it will be sent: parameters are numbered, fragments and names stand where they will. */
const textOf = (query: Query): string => {
  let parameters = 0
  const read = ({ strings, args }: Query, depth: number): string =>
    strings
      .map((piece, index) => {
        if (index >= strings.length - 1) {
          return piece
        }
        const value = args[index]
        if (depth < MAX_DEPTH && Array.isArray(readProperty(value, 'strings'))) {
          return piece + read(value as Query, depth + 1)
        }
        const name = readProperty(value, 'constructor')
        if (readProperty(name, 'name') === 'Identifier') {
          return piece + String(readProperty(value, 'value'))
        }
        parameters += 1
        return `${piece}$${parameters}`
      })
      .join('')
  return read(query, 0)
}
