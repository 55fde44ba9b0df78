import { counter, gauge } from 'hono-observability'
import type { Stores } from './query.ts'

const bucket = { 'cloudflare.r2.bucket.name': 'string' } as const
const r2Operations = counter('cloudflare.r2.operations', {
  unit: '{operation}',
  description: 'Operations on buckets, by what they are and how they ended.',
  attributes: { ...bucket, 'cloudflare.r2.operation': 'string', 'cloudflare.r2.status': 'string' },
})
const r2Size = gauge('cloudflare.r2.size', {
  unit: 'By',
  description: 'Objects of a bucket and their metadata, as of the last measurement.',
  attributes: bucket,
})
const r2Objects = gauge('cloudflare.r2.objects', {
  unit: '{object}',
  description: 'Objects in a bucket, as of the last measurement.',
  attributes: bucket,
})
const namespace = { 'cloudflare.kv.namespace.id': 'string' } as const
const kvOperations = counter('cloudflare.kv.operations', {
  unit: '{operation}',
  description: 'Operations on namespaces, by what they are.',
  attributes: { ...namespace, 'cloudflare.kv.operation': 'string' },
})
const kvSize = gauge('cloudflare.kv.size', {
  unit: 'By',
  description: 'What a namespace holds, at its most of the last day that was measured.',
  attributes: namespace,
})
const kvKeys = gauge('cloudflare.kv.keys', {
  unit: '{key}',
  description: 'Keys of a namespace, at their most of the last day that was measured.',
  attributes: namespace,
})
const database = { 'cloudflare.d1.database.id': 'string' } as const
const access = { ...database, 'cloudflare.d1.access': ['read', 'write'] } as const
const d1Queries = counter('cloudflare.d1.queries', {
  unit: '{query}',
  description: 'Queries of a database, by whether they read or write.',
  attributes: access,
})
const d1Rows = counter('cloudflare.d1.rows', {
  unit: '{row}',
  description: 'Rows that queries read and wrote, which is billed.',
  attributes: access,
})
const d1Size = gauge('cloudflare.d1.size', {
  unit: 'By',
  description: 'Size of a database, at its most of the last day that was measured.',
  attributes: database,
})

/** Records what an account's stores did in one minute, and how large they are. */
export function recordStores(stores: Stores): void {
  for (const { sum, dimensions } of stores.r2OperationsAdaptiveGroups) {
    r2Operations.add(sum.requests, {
      'cloudflare.r2.bucket.name': dimensions.bucketName,
      'cloudflare.r2.operation': dimensions.actionType,
      'cloudflare.r2.status': dimensions.actionStatus,
    })
  }
  for (const [name, { max }] of newest(stores.r2StorageAdaptiveGroups, 'bucketName')) {
    const attributes = { 'cloudflare.r2.bucket.name': name }
    r2Size.record(max.payloadSize + max.metadataSize, attributes)
    r2Objects.record(max.objectCount, attributes)
  }
  for (const { sum, dimensions } of stores.kvOperationsAdaptiveGroups) {
    kvOperations.add(sum.requests, {
      'cloudflare.kv.namespace.id': dimensions.namespaceId,
      'cloudflare.kv.operation': dimensions.actionType,
    })
  }
  for (const [id, { max }] of newest(stores.kvStorageAdaptiveGroups, 'namespaceId')) {
    const attributes = { 'cloudflare.kv.namespace.id': id }
    kvSize.record(max.byteCount, attributes)
    kvKeys.record(max.keyCount, attributes)
  }
  for (const { sum, dimensions } of stores.d1AnalyticsAdaptiveGroups) {
    const id = { 'cloudflare.d1.database.id': dimensions.databaseId }
    const reads = { ...id, 'cloudflare.d1.access': 'read' } as const
    const writes = { ...id, 'cloudflare.d1.access': 'write' } as const
    d1Queries.add(sum.readQueries, reads)
    d1Queries.add(sum.writeQueries, writes)
    d1Rows.add(sum.rowsRead, reads)
    d1Rows.add(sum.rowsWritten, writes)
  }
  for (const [id, { max }] of newest(stores.d1StorageAdaptiveGroups, 'databaseId')) {
    d1Size.record(max.databaseSizeBytes, { 'cloudflare.d1.database.id': id })
  }
}

/** The first group of each store: the newest come first. */
function newest<Key extends string, Group extends { dimensions: Readonly<Record<Key, string>> }>(
  groups: readonly Group[],
  key: Key,
): Map<string, Group> {
  const found = new Map<string, Group>()
  for (const group of groups) {
    const store = group.dimensions[key]
    if (!found.has(store)) found.set(store, group)
  }
  return found
}
