import { wrapStub } from './service.ts'
import type { BindingContext } from './types.ts'
import { deriving, wrapObject } from './wrap-object.ts'

/** A namespace of Durable Objects: each stub it gives is instrumented. */
export const wrapDurableObjects = (namespace: object, context: BindingContext): object => {
  const stub = deriving((object) => wrapStub(object, context, 'DurableObjectNamespace'))
  return wrapObject(namespace, {
    get: stub,
    getByName: stub,
    jurisdiction: deriving((part) => wrapDurableObjects(part, context)),
  })
}
