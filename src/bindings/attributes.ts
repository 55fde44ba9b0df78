/* Semantic conventions 1.44 for databases, messaging and RPC; Cloudflare's own names for the rest. To be imported as `ATTR`. */

export const bindingName = 'cloudflare.binding.name'
export const bindingType = 'cloudflare.binding.type'
/** Of metrics that several kinds share. */
export const bindingOperation = 'hono.binding.operation'
export const batchSize = 'db.operation.batch.size'
export const collection = 'db.collection.name'
export const namespace = 'db.namespace'
export const operation = 'db.operation.name'
export const querySummary = 'db.query.summary'
export const queryText = 'db.query.text'
export const returnedRows = 'db.response.returned_rows'
export const dbStatus = 'db.response.status_code'
export const dbSystem = 'db.system.name'
export const errorType = 'error.type'
export const serverAddress = 'server.address'
export const serverPort = 'server.port'
/** Name of an index. */
export const d1Index = 'hono.d1.index'
/** `hit` or `miss`. */
export const cacheResult = 'hono.cache.result'
