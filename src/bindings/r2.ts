import type { Attributes } from '@opentelemetry/api'
import * as ATTR from './attributes.ts'
import { countLookups, measureBinding } from './metrics.ts'
import { type Describe, operations } from './operations.ts'
import type { BindingContext } from './types.ts'
import { deriving, type Methods, wrapObject } from './wrap-object.ts'

/** R2: bodies and streams go through untouched, and a span ends with the call, not with the body. */
export const wrapR2 = (bucket: object, context: BindingContext): object => {
  const method = operations(context, {
    type: 'R2',
    attributesOf: (operation, args) => attributesOf(context, operation, args),
    measure: measureBinding,
  })
  const upload: Methods = {
    uploadPart: method('uploadPart'),
    complete: method('completeMultipartUpload', stored),
    abort: method('abortMultipartUpload'),
  }
  const create = method('createMultipartUpload')
  return wrapObject(bucket, {
    head: method('head', looked),
    get: method('get', looked),
    put: method('put', stored),
    delete: method('delete'),
    list: method('list', listed),
    createMultipartUpload: async (call, args, raw) =>
      wrapObject((await create(call, args, raw)) as object, upload),
    resumeMultipartUpload: deriving((result) => wrapObject(result, upload)),
  })
}

/** The first argument is a key, several keys, or the number of a part. */
const attributesOf = (
  { options }: BindingContext,
  operation: string,
  [subject]: unknown[],
): Attributes => ({
  'cloudflare.r2.operation': operation,
  'cloudflare.r2.request.part_number': typeof subject === 'number' ? subject : undefined,
  'cloudflare.r2.request.keys':
    options.keys && (typeof subject === 'string' || operation === 'delete')
      ? [subject].flat().map(String)
      : undefined,
})

const looked: Describe = (result, attributes) => {
  const isThere = result !== null
  countLookups(attributes, Number(isThere), Number(!isThere))
  return { [ATTR.cacheResult]: isThere ? 'hit' : 'miss', ...stored(result, attributes) }
}

const stored: Describe = (result) => ({
  'cloudflare.r2.response.size': (result as { size?: number } | null)?.size,
})

const listed: Describe = (result) => {
  const { objects, truncated } = result as { objects?: unknown[]; truncated?: boolean }
  return {
    'cloudflare.r2.response.returned_objects': objects?.length,
    'cloudflare.r2.response.truncated': truncated,
  }
}
