import { runInNewContext } from 'node:vm'

const throws = (): never => {
  throw new Error('hostile')
}

const throwing = (): object =>
  new Proxy(
    {},
    {
      get: throws,
      has: throws,
      ownKeys: throws,
      getPrototypeOf: throws,
      getOwnPropertyDescriptor: throws,
      set: throws,
      defineProperty: throws,
    },
  )

const revoked = (target: object = {}): object => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const cyclic = (): object => {
  const self: Record<string, unknown> = {}
  self.self = self
  self.list = [self]
  return self
}

const getters = (): object => {
  const object = { ok: 'read' }
  for (const key of [
    'name',
    'message',
    'stack',
    'code',
    'kind',
    'attributes',
    'links',
    'context',
    'traceId',
    'unit',
    'description',
    'advice',
    'valueType',
    'schemaUrl',
    'timeoutMs',
    'length',
    'startTime',
    'root',
    'a',
  ]) {
    Object.defineProperty(object, key, { get: throws, enumerable: true })
  }
  return object
}

/** What no call may be harmed by, made anew each time. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a symbol': () => Symbol('s'),
  'a bigint': () => 2n ** 80n,
  NaN: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  'a negative number': () => -1,
  'a number': () => 3,
  true: () => true,
  'an empty text': () => '',
  'a long text': () => 'x'.repeat(1_000_000),
  'a lone surrogate': () => '\ud800',
  'a function': () => throws,
  'an object without a prototype': () => Object.create(null),
  'an object whose texts throw': () => ({
    toString: throws,
    valueOf: throws,
    toJSON: throws,
    [Symbol.toPrimitive]: throws,
  }),
  'an object whose tag throws': () => ({
    get [Symbol.toStringTag]() {
      return throws()
    },
  }),
  'an object whose getters throw': getters,
  'an object with a value that throws': () => ({ a: getters(), b: [throwing()], ok: 'read' }),
  'a proxy that throws': throwing,
  'a revoked proxy': () => revoked(),
  'a revoked array': () => revoked([]),
  'a revoked function': () => revoked(throws),
  'an array of proxies': () => [revoked(), throwing()],
  'an array-like without end': () =>
    new Proxy([], { get: (_, key) => (key === 'length' ? Number.MAX_SAFE_INTEGER : 1) }),
  'an iterable that throws': () => ({ [Symbol.iterator]: throws }),
  'a cyclic object': cyclic,
  'a deep object': () => {
    let deep: object = {}
    for (let i = 0; i < 10_000; i++) {
      deep = { deep, symbol: Symbol('s'), big: 1n }
    }
    return deep
  },
  'many keys': () => Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])),
  'symbols as values': () => ({
    symbol: Symbol('s'),
    big: 1n,
    fn: throws,
    list: [Symbol('t'), 2n],
  }),
  'a map': () => new Map([[{}, 1]]),
  'a date that is none': () => new Date(Number.NaN),
  bytes: () => new Uint8Array(100_000),
  'a promise': () => Promise.resolve(1),
  'a thenable that throws': () => Object.fromEntries([['then', throws]]),
  'an error of another realm': () => runInNewContext('new RangeError("far")'),
  'a date of another realm': () => runInNewContext('new Date(0)'),
  'a proxy of another realm': () =>
    runInNewContext('new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })'),
  'an error whose parts throw': () =>
    Object.defineProperties(new Error('x'), {
      message: { get: throws },
      stack: { get: throws },
      name: { get: throws },
      constructor: { get: throws },
      cause: { get: throws },
    }),
  'an error whose class has a symbol for a name': () => {
    class Odd extends Error {}
    Object.defineProperty(Odd, 'name', { value: Symbol('odd') })
    return new Odd('x')
  },
}
