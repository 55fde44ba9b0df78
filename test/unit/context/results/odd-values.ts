import { runInNewContext } from 'node:vm'

/** Makes a value anew, always of the same behaviour; `throw` in it is what the wrapped function throws. */
export type Make = () => unknown

class Query {
  #runs = 0
  runs(): number {
    return this.#runs
  }
  where(): this {
    return this
  }
  // biome-ignore lint/suspicious/noThenProperty: query builders run when they are awaited
  then(onValue?: (value: unknown) => unknown, onError?: (error: unknown) => unknown): unknown {
    this.#runs++
    return Promise.resolve(['row', this.#runs]).then(onValue, onError)
  }
  catch(onError?: (error: unknown) => unknown): unknown {
    return this.then(undefined, onError)
  }
}

class Plain extends Promise<unknown> {}

/** Cannot be made by `then`, as a promise without a species of its own would be. */
class Cancelable extends Promise<unknown> {
  readonly token: string
  constructor(run: (resolve: (value: unknown) => void) => void, token: { name: string }) {
    super(run)
    this.token = token.name
  }
}

class Lazy extends Promise<unknown> {
  runs = 0
  // biome-ignore lint/suspicious/noThenProperty: a promise that begins when it is asked
  override then(...args: never[]): never {
    this.runs++
    return Promise.resolve('lazy').then(...args) as never
  }
}

class Secret {
  #word = 'word'
  read(): string {
    return this.#word
  }
}

const thenable = (then: unknown): object => ({ then })

const cyclic = (): object => {
  const self: Record<string, unknown> = { name: 'cyclic' }
  self.self = self
  return self
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const rejected = (reason: unknown): Promise<never> => Promise.reject(reason)

function* numbers(): Generator<number, string> {
  yield 1
  yield 2
  return 'done'
}

function* failing(): Generator<number> {
  yield 1
  throw new RangeError('third')
}

async function* later(): AsyncGenerator<number, string> {
  yield 1
  await undefined
  yield 2
  return 'done'
}

async function* failingLater(): AsyncGenerator<number> {
  yield 1
  throw new RangeError('second')
}

const byHand = (): object => {
  let at = 0
  return {
    next: () => ({ value: at, done: at++ > 2 }),
    return: () => ({ value: 'left', done: true }),
    [Symbol.iterator]() {
      return this
    },
  }
}

const counting = (type?: 'bytes'): ReadableStream => {
  let at = 0
  return new ReadableStream({
    ...(type && { type }),
    pull(controller: ReadableByteStreamController) {
      controller.enqueue(new Uint8Array([at]))
      if (++at > 2) {
        controller.close()
      }
    },
  } as never)
}

export const ODD: Readonly<Record<string, Make>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  'minus zero': () => -0,
  NaN: () => Number.NaN,
  'a bigint': () => 2n ** 70n,
  'an empty text': () => '',
  'a symbol': () => Symbol.for('odd'),
  'an object': () => ({ a: 1 }),
  'an object without a prototype': () => Object.assign(Object.create(null), { a: 1 }),
  'a frozen object': () => Object.freeze({ a: 1 }),
  'a cyclic object': cyclic,
  'a revoked proxy': revoked,
  'a proxy that throws': () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error('get')
        },
        getPrototypeOf() {
          throw new Error('getPrototypeOf')
        },
      },
    ),
  'an instance with private fields': () => new Secret(),
  'an array': () => [1, [2]],
  'an iterator of an array': () => [1, 2][Symbol.iterator](),
  'an iterator helper': () =>
    (numbers() as unknown as { map(call: (value: number) => number): unknown }).map((n) => n * 2),
  'a map': () => new Map([[{}, 1]]),
  'a date': () => new Date(0),
  bytes: () => new Uint8Array([1, 2]),
  'an error': () => new RangeError('returned'),
  'an object of another realm': () => runInNewContext('({ a: [1] })'),
  'a function': () => (a: number, b: number) => a + b,
  'a class': () => Secret,
  'a promise': () => Promise.resolve(1),
  'a promise that rejects': () => rejected(new RangeError('late')),
  'a promise that rejects with nothing': () => rejected(undefined),
  'a promise of a generator': () => Promise.resolve(numbers()),
  'a frozen promise': () => Object.freeze(Promise.resolve(1)),
  'a promise of a subclass': () => new Plain((resolve) => resolve(1)),
  'a promise of a subclass with parameters': () =>
    new Cancelable((resolve) => resolve(1), { name: 'token' }),
  'a promise that begins when it is asked': () => new Lazy(() => {}),
  'a promise of another realm': () => runInNewContext('Promise.resolve(1)'),
  'a promise with a property': () =>
    Object.assign(Promise.resolve(1), { cancel: () => 'canceled' }),
  'a thenable': () => thenable((resolve: (value: number) => void) => resolve(42)),
  'a thenable that answers twice': () =>
    thenable((resolve: (value: number) => void) => {
      resolve(1)
      resolve(2)
    }),
  'a thenable that rejects': () =>
    thenable((_: unknown, reject: (error: unknown) => void) => reject(new RangeError('no'))),
  'a thenable that throws': () =>
    thenable(() => {
      throw new RangeError('then')
    }),
  'a frozen thenable': () =>
    Object.freeze(thenable((resolve: (value: number) => void) => resolve(42))),
  'an object whose then throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: hostile
    get then() {
      throw new RangeError('getter')
    },
  }),
  'a function with a then': () =>
    Object.assign(
      () => 'called',
      thenable((resolve: (value: number) => void) => resolve(7)),
    ),
  'an object whose then is no function': () => thenable('later'),
  'a query': () => new Query(),
  'a generator': numbers,
  'a generator that throws': failing,
  'an async generator': later,
  'an async generator that throws': failingLater,
  'an iterator made by hand': byHand,
  'a stream': () => counting(),
  'a stream of bytes': () => counting('bytes'),
  'a stream that fails': () =>
    new ReadableStream({
      pull(controller) {
        controller.error(new RangeError('source'))
      },
    }),
  'a locked stream': () => {
    const stream = counting()
    stream.getReader()
    return stream
  },
  'a response': () => new Response('text', { headers: { 'x-odd': '1' } }),
  'a response that streams': () => new Response(counting(), { status: 201 }),
  'a response without a body': () => new Response(null, { status: 204 }),
  'a request': () => new Request('http://odd.test/', { method: 'POST', body: 'body' }),
  'a blob': () => new Blob(['blob']),
  'a thrown error': () => {
    throw new RangeError('thrown')
  },
  'a thrown nothing': () => {
    throw undefined
  },
  'a thrown object without a prototype': () => {
    throw Object.create(null)
  },
}
