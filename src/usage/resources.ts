/** A thing that is used: the name of its metric after `hono.usage.`, its unit, and what is counted. */
export type ResourceDefinition = readonly [name: string, unit: string, counts: string]

type Rows<K extends string> = Readonly<Record<K, ResourceDefinition>>

/** The name of something that is counted. */
export type Resource =
  | 'subrequests'
  | `kv${'Reads' | 'Writes' | 'Deletes' | 'Lists'}`
  | `d1${'Queries' | 'RowsRead' | 'RowsWritten'}`
  | `r2Class${'A' | 'B'}`
  | `durableObject${'Requests' | 'RowsRead' | 'RowsWritten'}`
  | 'queueOperations'
  | `vectorize${'Queries' | 'Dimensions'}`
  | `ai${'Input' | 'Output'}Tokens`
  | 'analyticsEnginePoints'
  | 'responseBytes'
  | 'logLines'
  | 'logBytes'

/** All that is counted, by the names that budgets and prices know it by. */
// biome-ignore format: a table
export const RESOURCES: Rows<Resource> = {
  subrequests: ['subrequests', '{subrequest}', 'Calls of `fetch` and of bindings that the platform counts as subrequests.'],
  kvReads: ['kv.reads', '{operation}', 'Keys read from KV.'],
  kvWrites: ['kv.writes', '{operation}', 'Keys written to KV.'],
  kvDeletes: ['kv.deletes', '{operation}', 'Keys deleted from KV.'],
  kvLists: ['kv.lists', '{operation}', 'Lists asked of KV.'],
  d1Queries: ['d1.queries', '{query}', 'Statements sent to D1.'],
  d1RowsRead: ['d1.rows_read', '{row}', 'Rows that D1 read.'],
  d1RowsWritten: ['d1.rows_written', '{row}', 'Rows that D1 wrote.'],
  r2ClassA: ['r2.class_a', '{operation}', 'Class A operations of R2.'],
  r2ClassB: ['r2.class_b', '{operation}', 'Class B operations of R2.'],
  durableObjectRequests: ['durable_object.requests', '{request}', 'Requests and RPC sessions of Durable Objects.'],
  durableObjectRowsRead: ['durable_object.rows_read', '{row}', 'Rows read from the storage of Durable Objects.'],
  durableObjectRowsWritten: ['durable_object.rows_written', '{row}', 'Rows written to the storage of Durable Objects.'],
  queueOperations: ['queue.operations', '{operation}', 'Messages written to, read from and deleted from queues.'],
  vectorizeQueries: ['vectorize.queries', '{query}', 'Queries of Vectorize.'],
  vectorizeDimensions: ['vectorize.dimensions', '{dimension}', 'Dimensions of the vectors that queries of Vectorize gave.'],
  aiInputTokens: ['ai.input_tokens', '{token}', 'Tokens given to models.'],
  aiOutputTokens: ['ai.output_tokens', '{token}', 'Tokens made by models.'],
  analyticsEnginePoints: ['analytics_engine.points', '{data_point}', 'Data points written to Analytics Engine.'],
  responseBytes: ['response.size', 'By', 'Bytes of response bodies, of those that say how many they have.'],
  logLines: ['log.records', '{record}', 'Lines that loggers wrote to the console.'],
  logBytes: ['log.size', 'By', 'Bytes of the lines that loggers wrote to the console.'],
}

/** How much of what was used; what is not there is 0. */
export type Used = Partial<Record<Resource, number>>

/** Of spans, lines and metrics, by resource: `hono.usage.d1.rows_read`. */
export const attributeNames = (): Readonly<Record<Resource, string>> =>
  Object.fromEntries(
    Object.entries(RESOURCES).map(([resource, [name]]) => [resource, `hono.usage.${name}`]),
  ) as Record<Resource, string>

export const addTo = (total: Used, more: Used): void => {
  for (const key in more) {
    const resource = key as Resource
    const count = more[resource]
    if (count) {
      total[resource] = (total[resource] ?? 0) + count
    }
  }
}
