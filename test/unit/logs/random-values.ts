/** A small seeded generator: the same values in every run. */
const createRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    // mulberry32
    state += 0x6d2b79f5
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const fail = (): never => {
  throw new Error('trap')
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const nestedDeep = (levels: number): unknown => {
  let value: unknown = 'bottom'
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { value }
  return value
}

const circular = (): object => {
  const value: Record<string, unknown> = { list: [], map: new Map() }
  value.self = value
  ;(value.list as unknown[]).push(value)
  ;(value.map as Map<string, unknown>).set('up', value)
  return value
}

const causeLoop = (): Error => {
  const error = new Error('loop')
  error.cause = new Error('inner', { cause: error })
  return error
}

/** Values that loggers have been seen to fail on. */
const hostile: ((random: () => number) => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -0,
  () => Number.NEGATIVE_INFINITY,
  () => 2n ** 70n,
  () => Symbol('s'),
  () => Symbol.iterator,
  () => fail,
  () => class Example {},
  () => new Date(Number.NaN),
  () => new Date(0),
  () => /x\u2028/g,
  () => new Uint8Array(5),
  () => new Float64Array(100_000),
  () => new BigInt64Array(2),
  () => new ArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Array(1e9),
  () => Object.assign([1, 2], { extra: 3 }),
  () => Object.create(null),
  () => JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'),
  () => ({
    get bad() {
      return fail()
    },
    good: 1,
  }),
  () => ({ toJSON: fail }),
  () => ({
    toJSON() {
      return this
    },
  }),
  () => ({ toJSON: () => ({ toJSON: () => 1n }) }),
  () => ({ toString: fail, valueOf: fail }),
  () => ({ entries: fail, get: fail }),
  () => new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail }),
  () => new Proxy({ a: 1 }, { get: fail }),
  () => new Proxy([], { get: fail }),
  () => new Proxy(() => 1, { get: fail }),
  () => new Proxy(new Error('x'), { get: fail }),
  revoked,
  circular,
  causeLoop,
  () => nestedDeep(1000),
  () => new AggregateError([new Error('a'), 'b', null, causeLoop()], 'many'),
  () => Object.assign(new Error('m'), { message: { not: 'text' }, stack: 5, name: null }),
  () => Object.defineProperty(new Error('m'), 'stack', { get: fail }),
  () => Object.assign(Object.create(Error.prototype), { message: 'fake' }),
  () => new DOMException('gone', 'AbortError'),
  () =>
    new (class extends Map<unknown, unknown> {
      override entries(): never {
        return fail()
      }
    })([[1, 2]]),
  () =>
    new Map<unknown, unknown>([
      [{}, 1],
      [Symbol('k'), 2],
      [null, 3],
    ]),
  () => new Map([[{ toString: fail }, 1]]),
  () => new Set([new Set([new Set()])]),
  () => new WeakMap(),
  () => Promise.resolve(1),
  () => new Headers({ a: 'b' }),
  () => new URL('https://a.example/?q=1'),
  () => new URLSearchParams('a=1&a=2'),
  () => new Request('https://a.example'),
  () => new String('boxed'),
  () => new Number(5),
  () => Object(1n),
  () => globalThis,
  () =>
    (function* () {
      yield 1
    })(),
  () => '\ud800',
  () => 'a\udc00b\u2028\u2029\u0085',
  () => '\0\x07\x1b[31m"\\',
  () => '}\n{"level":"fatal"}',
  (random) => 'long '.repeat(random() * 30_000),
  (random) => '\ud83d\ude00'.repeat(random() * 3000),
  (random) => '\u0001'.repeat(random() * 3000),
]

const KEYS = [
  'a',
  'message',
  'level',
  'timestamp',
  '__proto__',
  'constructor',
  'toJSON',
  '',
  '\ud800',
  'a.b',
  '0',
  'password',
  'x'.repeat(300),
  '"',
  'field.level',
  'truncated',
]

/** An endless run of random values, the same for the same seed. */
export const createRandomValues = (seed: number): (() => unknown) => {
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const text = (): string =>
    Array.from({ length: random() * 20 }, () =>
      String.fromCharCode(random() < 0.9 ? 32 + random() * 95 : random() * 65536),
    ).join('')
  const key = (): string => (random() < 0.3 ? pick(KEYS) : text())
  const list = (depth: number): unknown[] =>
    Array.from({ length: random() * 5 }, () => value(depth + 1))
  const value = (depth: number): unknown => {
    const kind = depth > 5 ? random() * 0.6 : random()
    if (kind < 0.25) return text()
    if (kind < 0.4) return (random() - 0.5) * 10 ** (random() * 30)
    if (kind < 0.45) return random() < 0.5
    if (kind < 0.6) return pick(hostile)(random)
    if (kind < 0.75) return list(depth)
    if (kind < 0.8) return new Map(list(depth).map((item) => [random() < 0.7 ? key() : item, item]))
    if (kind < 0.85) return new Set(list(depth))
    if (kind < 0.9) return new Error(text(), { cause: value(depth + 1) })
    const entries = list(depth).map((item) => [key(), item] as const)
    return Object.fromEntries(entries)
  }
  return () => value(0)
}
