import { wrapStub } from './service.ts'
import type { BindingContext } from './types.ts'
import { deriving, wrapObject } from './wrap-object.ts'

/** Workers for Platforms: the Workers that a dispatch namespace finds. `get` alone does not tell it, so it is asked for. */
export const wrapDispatchNamespace = (namespace: object, context: BindingContext): object =>
  wrapObject(namespace, {
    get: deriving((worker) => wrapStub(worker, context, 'DispatchNamespace')),
  })
