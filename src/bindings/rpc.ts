import type { Attributes } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { isRpcPromise } from '../base/thenable.ts'
import { carry } from '../context/carried.ts'
import { fetchStub } from './fetch-stub.ts'
import { measureRpc } from './metrics.ts'
import { observe } from './observe.ts'
import { rememberRaw, sendable } from './raw.ts'
import type { Remote } from './remote.ts'
import { interceptStub, isRemote } from './stub.ts'
import type { Call } from './wrap-object.ts'

/** Names must be few: a list that is followed link by link over RPC has no last one. */
const MAX_DEPTH = 5

/** The platform's own functions, and those of mocks. What has a prototype of its own is a method of the other side. */
export const isPlainFunction = (value: object): boolean => value instanceof Function

/** What is below a method: of its own names, and without the context, which only it takes. */
const below = (remote: Remote, path: string): Remote => ({
  ...remote,
  prefix: `${path}.`,
  carries: false,
})

/**
 * A call of a method, observed. It returns the platform's promise, of which methods can be called before it settles
 * (`stub.cart().total()`), or a stand-in for it. Arguments go through untouched, but for wrappers made here, which could
 * not be sent, and the context, if that is to go along.
 */
export const callRemote = (
  method: Call,
  owner: unknown,
  path: string,
  remote: Remote,
  args: unknown[],
): unknown => {
  let answer: Promise<unknown> | undefined
  const result = observe(
    remote.options,
    () => {
      const attributes: Attributes = {
        ...remote.common,
        'rpc.system.name': 'jsrpc',
        'rpc.method': path,
      }
      return {
        name: path,
        attributes,
        measure: measureRpc(attributes),
        answered(promise) {
          answer = promise
        },
        succeeded(result) {
          if (isRemote(result)) {
            traceReturned(result, below(remote, path))
          }
          return undefined
        },
      }
    },
    (context) => {
      const given = args.map((argument) => sendable(argument))
      const carried = remote.carries && context && guard(() => carry(context))
      return Reflect.apply(method, owner, carried ? [...given, carried] : given) as unknown
    },
  )
  return answer && isRpcPromise(result)
    ? standIn(result, answer, path, below(remote, path))
    : result
}

/** What a promise is asked by. */
const ASKING = ['then', 'catch', 'finally'] as const

const standIn = (
  promise: object,
  answer: Promise<unknown>,
  path: string,
  remote: Remote,
): unknown => {
  const own = promise as Record<PropertyKey, unknown>
  const asking = new Map<unknown, Call>(
    ASKING.map((key) => [own[key], (...args) => Reflect.apply(answer[key] as Call, answer, args)]),
  )
  const wrapper = new Proxy(promise, {
    apply: (target, _self, args: unknown[]) =>
      callRemote(target as Call, undefined, path, remote, args),
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      // Not where a span has put a method of its own there.
      return asking.get(value) ?? readRemote(target, value, key, remote)
    },
  })
  // The platform refuses it as an argument: so it does then.
  rememberRaw(wrapper, promise)
  return wrapper
}

/** What is read of a stub, a promise or a property: methods are observed, all else is the platform's. */
export const readRemote = (
  owner: object,
  value: unknown,
  key: PropertyKey,
  remote: Remote,
): unknown => {
  if (typeof value !== 'function') {
    return value
  }
  // JSON.stringify would call it, and write what a call returns.
  if (key === 'toJSON') {
    return undefined
  }
  if (typeof key !== 'string' || isPlainFunction(value)) {
    return key === 'constructor' ? value : (...args: unknown[]) => Reflect.apply(value, owner, args)
  }
  const path = remote.prefix + key
  return path.split('.').length > MAX_DEPTH
    ? value
    : new Proxy(value as Call, {
        apply: (property, _self, args: unknown[]) =>
          callRemote(property, owner, path, remote, args),
        get: (property, name) =>
          readRemote(property, Reflect.get(property, name), name, below(remote, path)),
      })
}

/** Observes the methods of a stub that stays what it is, so that it can be sent on and disposed of. */
export const traceReturned = (stub: object, remote: Remote): void => {
  let fetch: Call | undefined
  const read = (value: unknown, key: PropertyKey): unknown => {
    if (typeof value !== 'function' || !isPlainFunction(value)) {
      return readRemote(stub, value, key, remote)
    }
    const own: Call = (...args) => Reflect.apply(value, stub, args)
    if (key === 'fetch') {
      fetch ??= new Proxy(value as Call, {
        apply: (_, _self, args) => fetchStub(own, args, remote),
      })
      return fetch
    }
    return key === 'dup' ? () => traceCopy(own() as object, remote) : value
  }
  guard(() => interceptStub(stub, read))
}

const traceCopy = (copy: object, remote: Remote): object => {
  traceReturned(copy, remote)
  return copy
}
