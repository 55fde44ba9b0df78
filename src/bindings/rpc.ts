import type { Attributes } from '@opentelemetry/api'
import { observeBeside } from './observe.ts'
import { rawOf } from './raw.ts'
import type { Call } from './wrap-object.ts'

/** A method of a mock, not of a stub, whose methods have a prototype of their own. */
export const isPlainFunction = (value: object): boolean => value instanceof Function

/**
 * A method of a stub, observed. It stays what it is: something that can be called, awaited, or asked
 * for properties, whose methods can be called in turn (`stub.cart.total()`), and its call returns the
 * very promise of the platform. Arguments go through untouched, but for wrappers made here, which
 * could not be sent.
 */
export const rpcMethod = (
  method: Call,
  target: object,
  name: string,
  common: Attributes,
  isPlain: boolean,
): Call => {
  const invoke: Call = (...args) =>
    observeBeside(
      () => ({
        name,
        attributes: { ...common, 'rpc.system.name': 'jsrpc', 'rpc.method': name },
      }),
      () => Reflect.apply(method, target, args.map(rawOf)),
    )
  return isPlain
    ? invoke
    : new Proxy(method, {
        apply: (_method, _self, args: unknown[]) => invoke(...args),
        get(property, key) {
          const value: unknown = Reflect.get(property, key)
          if (typeof value !== 'function') {
            return value
          }
          return typeof key !== 'string' || key === 'then' || key === 'catch' || key === 'finally'
            ? (...args: unknown[]) => Reflect.apply(value, property, args)
            : rpcMethod(value as Call, property, `${name}.${key}`, common, false)
        },
      })
}
