import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import { measureDatabase } from '../bindings/metrics.ts'
import type { Operation } from '../bindings/operation.ts'
import { countStatement } from '../bindings/repeated.ts'
import { describeStatements } from '../bindings/sql/attributes.ts'
import type { Statement } from '../bindings/sql/statement.ts'
import { type Client, targetOf } from './client.ts'
import { failed } from './failure.ts'

export const statement = (text: unknown, values?: unknown): Statement => ({
  text: typeof text === 'string' ? text : '',
  bound: Array.isArray(values)
    ? values.length > 0
    : typeof values === 'object' && values !== null && Object.keys(values).length > 0,
})

/** Statements of SQL that are sent at once, as one operation. */
export const sqlOperation = (
  client: Client,
  list: readonly Statement[],
  succeeded?: (result: unknown) => Attributes | undefined,
): Operation => {
  const { options, dialect } = client
  const { operation, collection, attributes } = describeStatements(list, {
    dialect,
    queryText: options.queryText,
  })
  Object.assign(attributes, client.attributes)
  const name = `${operation} ${collection ?? targetOf(client)}`
  const [first] = list
  if (first && list.length === 1) {
    countStatement(
      { threshold: options.repeatedThreshold, logger: 'db', dialect },
      first.text,
      name,
      attributes,
    )
  }
  return {
    name,
    attributes,
    succeeded,
    failed: failed(
      client,
      list.map(({ text }) => text),
    ),
    measure: measureDatabase(attributes),
    logger: 'db',
  }
}

/** The number of rows, where the result is a list of them. */
export const rowsOf = (result: unknown): Attributes | undefined =>
  Array.isArray(result) ? { [ATTR.returnedRows]: result.length } : undefined
