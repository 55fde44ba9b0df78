import { readProperty } from '../../base/thrown.ts'
import type { Operation } from '../../bindings/operation.ts'
import type { Statement } from '../../bindings/sql/statement.ts'
import { watch } from '../../context/results/watch.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept, type Method } from '../intercept.ts'
import { observeCall } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { has } from '../shape.ts'

/** `DatabaseSync` of `node:sqlite`, `Database` of `bun:sqlite` and of `better-sqlite3`: they answer at once. */
export const isSqlite = (value: unknown): boolean =>
  has(value, 'prepare', 'exec', 'close') && !has(value, 'batch')

/** Of a path, the file's name: where it lies is nobody's business. */
const nameOf = (target: object): string => {
  const path = [
    () => (has(target, 'location') ? (target as { location(): unknown }).location() : undefined),
    () => readProperty(target, 'filename') ?? readProperty(target, 'name'),
  ].reduce<unknown>((found, read) => found ?? read(), undefined)
  return (typeof path === 'string' && path.split(/[\\/]/).at(-1)) || ':memory:'
}

export const instrumentSqlite = (target: object, options: DatabaseOptions): void => {
  let namespace: string | undefined
  try {
    namespace = nameOf(target)
  } catch {
    // Of a database that is not open, nothing is known.
  }
  const client = clientOf('sqlite', { namespace }, options)
  // Answers of `prepare`, and in Bun of `query`, which gives the same one for the same text.
  const preparing: Method = (args, call) => {
    let prepared: unknown
    try {
      prepared = call(args)
    } catch (error) {
      // Of a table that is not there, for example: it will not come to be run.
      return observeCall(
        client,
        () => describe(client, statement(args[0])),
        args,
        () => {
          throw error
        },
      )
    }
    if (typeof prepared === 'object' && prepared !== null) {
      hookStatement(prepared, client, String(args[0]))
    }
    return prepared
  }
  // In Bun, `exec` is `run` by another name, and takes values.
  const running: Method = (args, call) => {
    const [text, ...values] = args
    return observeCall(client, () => describe(client, statement(text, values)), args, call)
  }
  intercept(target, {
    prepare: preparing,
    query: preparing,
    exec: running,
    run: running,
    // Of Node: its statements are tagged templates.
    createTagStore(args, call) {
      const store = call(args)
      if (typeof store === 'object' && store !== null) {
        hookStatement(store, client, undefined)
      }
      return store
    },
  })
}

const describe = (client: Client, one: Statement): Operation => sqlOperation(client, [one], rowsOf)

/** What iterates is not over with the call. */
const hookStatement = (target: object, client: Client, text: string | undefined): void => {
  const statementOf = (args: unknown[]): Statement =>
    text === undefined
      ? statement([args[0]].flat().join('?'), args.slice(1))
      : { text, bound: args.length > 0 }
  const observed: Method = (args, call) =>
    observeCall(client, () => describe(client, statementOf(args)), args, call)
  const iterating: Method = (args, call) =>
    observeCall(
      client,
      () => ({ ...describe(client, statementOf(args)), succeeded: undefined }),
      args,
      call,
      (result, watcher) => {
        watch(result, watcher)
        return true
      },
    )
  intercept(target, {
    all: observed,
    get: observed,
    run: observed,
    values: observed,
    iterate: iterating,
  })
}
