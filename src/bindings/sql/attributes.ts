import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../attributes.ts'
import { describeStatement, type Statement } from './statement.ts'
import { type Dialect, SQLITE } from './tokens.ts'

export interface Statements {
  readonly operation: string
  /** The one table of all of them, if there is only one. */
  readonly collection: string | undefined
  readonly attributes: Attributes
}

interface Rules {
  readonly dialect?: Dialect
  /** Whether texts are recorded. Default true. */
  readonly queryText?: boolean | undefined
  /** The operation, where it is none of a statement's. */
  readonly operation?: string | undefined
}

/** The one value of all, if there is only one. */
const common = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined

const inBatch = ({ length }: readonly unknown[], value: string | undefined): string | undefined =>
  length === 1 ? value : `BATCH ${value ?? ''}`.trim()

/** What is told of statements. Batches of one are single operations; of others, what is the same in all is told. */
export const describeStatements = (
  list: readonly Statement[],
  { dialect = SQLITE, queryText = true, operation: override }: Rules,
): Statements => {
  const described = list.map(({ text }) => describeStatement(text, dialect))
  const texts = list.map(({ text, bound }, index) =>
    bound ? text : (described[index]?.text ?? ''),
  )
  const operation =
    override ?? inBatch(list, common(described.map((statement) => statement.operation))) ?? 'EXEC'
  const collection = override
    ? undefined
    : common(described.map((statement) => statement.collection))
  return {
    operation,
    collection,
    attributes: {
      [ATTR.operation]: operation,
      [ATTR.collection]: collection,
      [ATTR.querySummary]: inBatch(list, common(described.map(({ summary }) => summary))),
      [ATTR.batchSize]: list.length === 1 ? undefined : list.length,
      [ATTR.queryText]: queryText ? (common(texts) ?? texts.join('; ')) : undefined,
    },
  }
}
