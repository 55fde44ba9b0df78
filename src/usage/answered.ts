import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { UsedCall } from '../telemetry/usage.ts'
import type { Resource, Used } from './resources.ts'

const ANSWERS: readonly (readonly [attribute: string, resource: Resource])[] = [
  ['cloudflare.d1.response.rows_read', 'd1RowsRead'],
  ['cloudflare.d1.response.rows_written', 'd1RowsWritten'],
  ['gen_ai.usage.input_tokens', 'aiInputTokens'],
  ['gen_ai.usage.output_tokens', 'aiOutputTokens'],
]

/** What only the answer tells: rows and tokens. */
export const answeredBy = (
  { attributes }: UsedCall,
  answer: Attributes | undefined,
  result: unknown,
): Used => {
  const used: Used = {}
  for (const [attribute, resource] of ANSWERS) {
    const value = answer?.[attribute]
    if (typeof value === 'number') {
      used[resource] = value
    }
  }
  const type = attributes[ATTR.bindingType]
  if (type === 'D1' && used.d1RowsRead === undefined) {
    // `first` and `raw` tell nothing but their rows: no fewer were read.
    const rows = answer?.[ATTR.returnedRows]
    used.d1RowsRead = typeof rows === 'number' ? rows : 0
  }
  if (type === 'D1' && attributes[ATTR.operation] === 'EXEC') {
    // One was counted; only now it is known how many there were.
    used.d1Queries = Math.max(0, Number(answer?.[ATTR.batchSize] ?? 1) - 1)
  }
  if (attributes[ATTR.dbSystem] === 'cloudflare-durable-object') {
    Object.assign(used, listed(String(attributes[ATTR.operation]), result))
  }
  return used
}

/** How many entries a list of an object's storage returned. Each was a row. */
const listed = (operation: string, result: unknown): Used =>
  operation === 'list' && result instanceof Map ? { durableObjectRowsRead: result.size } : {}
