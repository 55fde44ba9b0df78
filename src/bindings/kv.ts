import type { Attributes } from '@opentelemetry/api'
import * as ATTR from './attributes.ts'
import { countLookups, measureDatabase } from './metrics.ts'
import { type Describe, operations } from './operations.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

/** KV: what databases are called by, with Cloudflare's attributes. Values are never recorded. */
export const wrapKv = (namespace: object, context: BindingContext): object => {
  const method = operations(context, {
    type: 'KV',
    attributesOf: (operation, args) => attributesOf(context, operation, args),
    measure: measureDatabase,
  })
  return wrapObject(namespace, {
    get: method('get', looked),
    getWithMetadata: method('getWithMetadata', looked),
    put: method('put'),
    delete: method('delete'),
    list: method('list', listed),
  })
}

const attributesOf = (
  { name, options }: BindingContext,
  operation: string,
  [key, second, third]: unknown[],
): Attributes => {
  const settings = (operation === 'put' ? third : second) as
    | { type?: string; cacheTtl?: number; expirationTtl?: number }
    | string
    | undefined
  const { type, cacheTtl, expirationTtl } =
    typeof settings === 'object' && settings !== null
      ? settings
      : { type: typeof settings === 'string' ? settings : undefined }
  const keys = operation === 'list' ? undefined : Array.isArray(key) ? key : [key]
  return {
    [ATTR.dbSystem]: 'cloudflare-kv',
    [ATTR.namespace]: name,
    [ATTR.operation]: operation,
    'cloudflare.kv.query.keys.count': keys && keys.length !== 1 ? keys.length : undefined,
    'cloudflare.kv.query.keys': keys && options.keys ? keys.map(String) : undefined,
    'cloudflare.kv.query.type': type,
    'cloudflare.kv.query.cache_ttl': cacheTtl,
    'cloudflare.kv.query.expiration_ttl': expirationTtl,
  }
}

const isValue = (value: unknown): boolean => value !== null

const isValueWithMetadata = (found: unknown): boolean =>
  (found as { value?: unknown } | null)?.value != null

/** One key gives a value, or one with metadata; several give a map of those. */
const looked: Describe = (result, attributes) => {
  const isThere = attributes[ATTR.operation] === 'get' ? isValue : isValueWithMetadata
  const values = result instanceof Map ? [...result.values()] : [result]
  const hits = values.filter(isThere).length
  countLookups(attributes, hits, values.length - hits)
  return result instanceof Map
    ? { 'cloudflare.kv.response.returned_rows': hits }
    : {
        [ATTR.cacheResult]: hits ? 'hit' : 'miss',
        'cloudflare.kv.response.cache_status':
          (result as { cacheStatus?: string | null } | null)?.cacheStatus ?? undefined,
      }
}

const listed: Describe = (result) => {
  const { keys, list_complete } = result as { keys?: unknown[]; list_complete?: boolean }
  return {
    'cloudflare.kv.response.returned_rows': keys?.length,
    'cloudflare.kv.response.list_complete': list_complete,
  }
}
