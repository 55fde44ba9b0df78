import type { Attributes } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'
import { fetchStub } from './fetch-stub.ts'
import { rememberRaw } from './raw.ts'
import { isPlainFunction, rpcMethod } from './rpc.ts'
import type { BindingContext } from './types.ts'
import { type Call, isFixed } from './wrap-object.ts'

/** Not calls of the other side. */
const OWN = new Set(['connect', 'dup', 'then', 'catch', 'finally'])

/** A service binding: `fetch` and RPC methods. */
export const wrapService = (service: object, context: BindingContext): object =>
  wrapStub(service, 'Service', context)

/** A stub of a service or Durable Object, which seems to have every method there could be. */
export const wrapStub = (stub: object, type: string, { name }: BindingContext): object => {
  const common: Attributes = { [ATTR.bindingType]: type, [ATTR.bindingName]: name }
  const fetch: Call = (...args) => fetchStub(stub as { fetch: Call }, args, common)
  const wrapper = new Proxy(stub, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function' || key === 'constructor' || isFixed(target, key)) {
        return value
      }
      // JSON.stringify would call it, and write what a call returns.
      if (key === 'toJSON') {
        return undefined
      }
      if (key === 'fetch') {
        return fetch
      }
      return typeof key !== 'string' || OWN.has(key) || key in Object.prototype
        ? (...args: unknown[]) => Reflect.apply(value, target, args)
        : rpcMethod(value as Call, target, `${name}/${key}`, common, isPlainFunction(value))
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  })
  rememberRaw(wrapper, stub)
  return wrapper
}
