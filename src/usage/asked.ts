import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { UsedCall } from '../telemetry/usage.ts'
import type { Resource, Used } from './resources.ts'

/** What the platform does not count as subrequests. */
const NO_SUBREQUEST = /* @__PURE__ */ new Set<unknown>(['AnalyticsEngine', 'RateLimit'])

const KV: Readonly<Record<string, Resource>> = {
  get: 'kvReads',
  getWithMetadata: 'kvReads',
  put: 'kvWrites',
  delete: 'kvDeletes',
  list: 'kvLists',
}

/** Deleting and aborting are free. */
const R2: Readonly<Record<string, Resource>> = {
  head: 'r2ClassB',
  get: 'r2ClassB',
  put: 'r2ClassA',
  list: 'r2ClassA',
  createMultipartUpload: 'r2ClassA',
  uploadPart: 'r2ClassA',
  completeMultipartUpload: 'r2ClassA',
}

const STORAGE: Readonly<Record<string, Resource>> = {
  get: 'durableObjectRowsRead',
  put: 'durableObjectRowsWritten',
  delete: 'durableObjectRowsWritten',
}

const numberOf = (attributes: Attributes, key: string, fallback: number): number => {
  const value = attributes[key]
  return typeof value === 'number' ? value : fallback
}

/** What a call uses for sure, whatever it is answered: known before it is made. */
export const askedBy = ({ attributes }: UsedCall): Used => {
  const type = attributes[ATTR.bindingType]
  const operation = String(attributes[ATTR.operation])
  const used: Used = type === undefined || NO_SUBREQUEST.has(type) ? {} : { subrequests: 1 }
  const add = (resource: Resource | undefined, count = 1): void => {
    if (resource) {
      used[resource] = count
    }
  }
  switch (type) {
    case undefined:
      if (attributes[ATTR.dbSystem] === 'cloudflare-durable-object') {
        add(STORAGE[operation], numberOf(attributes, ATTR.batchSize, 1))
      } else if (attributes[ATTR.dbSystem] === undefined) {
        // The global `fetch`.
        add('subrequests')
      }
      break
    case 'KV':
      // Each key of several is billed.
      add(KV[operation], numberOf(attributes, 'cloudflare.kv.query.keys.count', 1))
      break
    case 'D1':
      add('d1Queries', numberOf(attributes, ATTR.batchSize, 1))
      break
    case 'R2':
      add(R2[String(attributes['cloudflare.r2.operation'])])
      break
    case 'DurableObjectNamespace':
      // What is asked of what a method returned is part of the same session.
      if (!/\/[^/]*\./.test(String(attributes['rpc.method'] ?? ''))) {
        add('durableObjectRequests')
      }
      break
    case 'Queue':
      add('queueOperations', numberOf(attributes, 'messaging.batch.message_count', 1))
      break
    case 'Vectorize':
      if (operation.startsWith('query')) {
        add('vectorizeQueries')
        add('vectorizeDimensions', numberOf(attributes, 'cloudflare.vectorize.query.dimensions', 0))
      }
      break
    case 'AnalyticsEngine':
      add('analyticsEnginePoints')
      break
  }
  return used
}
