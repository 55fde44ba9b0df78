import type { Attributes } from '@opentelemetry/api'
import { readProperty } from '../../base/thrown.ts'
import type { Statement } from '../../bindings/sql/statement.ts'
import { watchPromise } from '../../context/results/promise.ts'
import { type Client, clientOf } from '../client.ts'
import { intercept, type Method } from '../intercept.ts'
import { observeCall } from '../observe-call.ts'
import { rowsOf, sqlOperation, statement } from '../operation.ts'
import type { DatabaseOptions } from '../options.ts'
import { has } from '../shape.ts'

/** A client of `@libsql/client`: Turso, or a file. It does not tell where the database is. */
export const isLibsql = (value: unknown): boolean =>
  has(value, 'execute', 'batch', 'executeMultiple', 'transaction') &&
  typeof readProperty(value, 'protocol') === 'string'

export const instrumentLibsql = (target: object, options: DatabaseOptions): void => {
  const client = clientOf('sqlite', {}, options)
  intercept(target, {
    ...statements(client),
    transaction(args, call) {
      const result = call(args)
      if (result instanceof Promise) {
        // Before whoever awaits it.
        watchPromise(result, {
          settled: (transaction) => intercept(transaction as object, statements(client)),
          fail: () => {},
        })
      }
      return result
    },
  })
}

/** What clients and their transactions have in common. */
const statements = (client: Client): Readonly<Record<string, Method>> => ({
  execute: (args, call) =>
    observeCall(
      client,
      () => sqlOperation(client, [statementOf(args[0], args[1])], succeeded),
      args,
      call,
    ),
  batch: (args, call) =>
    observeCall(
      client,
      () =>
        sqlOperation(
          client,
          [args[0]].flat().map((each) => statementOf(each)),
        ),
      args,
      call,
    ),
  executeMultiple: (args, call) =>
    observeCall(client, () => sqlOperation(client, [statement(args[0])]), args, call),
})

const statementOf = (given: unknown, values?: unknown): Statement =>
  Array.isArray(given)
    ? statement(given[0], given[1])
    : typeof given === 'string'
      ? statement(given, values)
      : statement(readProperty(given, 'sql'), readProperty(given, 'args'))

const succeeded = (result: unknown): Attributes | undefined => rowsOf(readProperty(result, 'rows'))
