import * as ATTR from './attributes.ts'
import { fetchStub } from './fetch-stub.ts'
import { propagates } from './propagates.ts'
import { rememberRaw } from './raw.ts'
import type { Remote } from './remote.ts'
import { callRemote, readRemote, traceReturned } from './rpc.ts'
import { isRemote } from './stub.ts'
import type { BindingContext } from './types.ts'
import { type Call, isFixed } from './wrap-object.ts'

/** A service binding: `fetch` and RPC methods. The same object is in the platform's environment, so it is wrapped. */
export const wrapService = (service: object, context: BindingContext, type = 'Service'): object => {
  const remote = remoteOf(type, context)
  const read = isRemote(service) ? readRemote : readMock
  let fetch: Call | undefined
  /** Looks like the platform's. What is called is read anew each time: a mock may be replaced. */
  const fetchLike = (value: Call): Call => {
    fetch ??= new Proxy(value, {
      apply: (_, _self, args) =>
        fetchStub((...given) => (service as { fetch: Call }).fetch(...given), args, remote),
    })
    return fetch
  }
  const wrapper = new Proxy(service, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      return typeof value !== 'function' || isFixed(target, key)
        ? value
        : key === 'fetch'
          ? fetchLike(value as Call)
          : read(target, value, key, remote)
    },
    // One of `ctx.exports`: another that has these properties.
    apply: (target, _self, args) =>
      wrapStub(Reflect.apply(target as Call, undefined, args) as object, context, type),
    set: (target, key, value) => Reflect.set(target, key, value),
  })
  rememberRaw(wrapper, service)
  return wrapper
}

/** A stub that was made for the caller: it is instrumented itself, or wrapped if it is a mock. */
export const wrapStub = (stub: object, context: BindingContext, type: string): object => {
  if (!isRemote(stub)) {
    return wrapService(stub, context, type)
  }
  traceReturned(stub, remoteOf(type, context))
  return stub
}

const remoteOf = (type: string, context: BindingContext): Remote => ({
  options: context.options,
  common: { [ATTR.bindingType]: type, [ATTR.bindingName]: context.name },
  prefix: `${context.name}/`,
  carries: propagates(context),
})

/** Not calls of the other side. */
const OWN = /* @__PURE__ */ new Set<PropertyKey>(['connect', 'dup', 'then', 'catch', 'finally'])

/** A mock has methods like any object. */
const readMock: typeof readRemote = (owner, value, key, remote) => {
  if (key === 'toJSON' || key === 'constructor') {
    return key === 'toJSON' ? undefined : value
  }
  const method = value as Call
  return typeof key !== 'string' || OWN.has(key) || key in Object.prototype
    ? (...args: unknown[]) => Reflect.apply(method, owner, args)
    : (...args: unknown[]) => callRemote(method, owner, remote.prefix + key, remote, args)
}
