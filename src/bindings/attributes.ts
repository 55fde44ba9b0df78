/** Semantic conventions 1.44 for databases, messaging and RPC; Cloudflare's own names for the rest. */
export const ATTR = {
  bindingName: 'cloudflare.binding.name',
  bindingType: 'cloudflare.binding.type',
  /** Of metrics that several kinds share. */
  bindingOperation: 'hono.binding.operation',
  batchSize: 'db.operation.batch.size',
  collection: 'db.collection.name',
  namespace: 'db.namespace',
  operation: 'db.operation.name',
  queryText: 'db.query.text',
  returnedRows: 'db.response.returned_rows',
  dbStatus: 'db.response.status_code',
  dbSystem: 'db.system.name',
  errorType: 'error.type',
  /** `hit` or `miss`. */
  cacheResult: 'hono.cache.result',
} as const
