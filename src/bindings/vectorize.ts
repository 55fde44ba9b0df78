import type { Attributes } from '@opentelemetry/api'
import * as ATTR from './attributes.ts'
import { measureDatabase } from './metrics.ts'
import { type Describe, operations } from './operations.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

/** Vectorize, as a database: how many vectors, never which. */
export const wrapVectorize = (index: object, context: BindingContext): object => {
  const method = operations(context, {
    type: 'Vectorize',
    attributesOf: (operation, args) => attributesOf(context.name, operation, args),
    measure: measureDatabase,
  })
  return wrapObject(index, {
    query: method('query', matched),
    queryById: method('queryById', matched),
    getByIds: method('getByIds', matched),
    insert: method('insert'),
    upsert: method('upsert'),
    deleteByIds: method('deleteByIds'),
    describe: method('describe'),
  })
}

/** The first argument of a query is one vector, of all others a list. */
const attributesOf = (
  name: string,
  operation: string,
  [subject, options]: unknown[],
): Attributes => ({
  [ATTR.dbSystem]: 'cloudflare-vectorize',
  [ATTR.namespace]: name,
  [ATTR.operation]: operation,
  [ATTR.batchSize]:
    operation !== 'query' && Array.isArray(subject) && subject.length !== 1
      ? subject.length
      : undefined,
  'cloudflare.vectorize.query.dimensions':
    operation === 'query' ? (subject as ArrayLike<number> | undefined)?.length : undefined,
  'cloudflare.vectorize.query.top_k': (options as { topK?: number } | undefined)?.topK,
})

const matched: Describe = (result) => ({
  [ATTR.returnedRows]: Array.isArray(result)
    ? result.length
    : (result as { matches?: unknown[] } | null)?.matches?.length,
})
