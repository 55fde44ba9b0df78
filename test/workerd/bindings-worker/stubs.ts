import { withSpan } from 'hono-observability'

/** What the Worker offers over RPC; the real types of stubs are more than these tests need. */
interface Chain {
  next(): Chain & Promise<Chain>
  depth(): Promise<number>
}

interface Counter extends Disposable {
  readonly start: Promise<number>
  readonly inner: { add(amount: number): Promise<number> }
  add(amount: number): Promise<number>
  dup(): Counter
}

interface Room {
  hello(name: string): Promise<string>
  fail(): Promise<never> & { further(): Promise<never> }
  counter(start: number): Promise<Counter> & Counter
  rest(durationMs: number): Promise<void>
  doubler(): Promise<(value: number) => Promise<number>>
  chain(): Chain & Promise<Chain>
  counters(): Promise<{ first: Counter }>
  received(...args: unknown[]): Promise<unknown[]>
  fetch: typeof fetch
}

interface Service extends Omit<Room, 'counter'> {
  use(counter: Counter): Promise<number>
  useNested(nested: { room: Room; counter: Counter }): Promise<unknown[]>
  room(): Promise<Room>
  useAll(nested: { services: unknown[] }): Promise<unknown>
}

export interface StubsEnv {
  ROOM: DurableObjectNamespace
  SERVICE: Fetcher
}

const roomOf = (env: StubsEnv): Room => env.ROOM.getByName('stubs') as unknown as Room
const serviceOf = (env: StubsEnv): Service => env.SERVICE as unknown as Service

const messageOf = (error: unknown): string =>
  `${(error as Error).name}: ${(error as Error).message}`

type Case = (env: StubsEnv) => unknown

/** What can be done with a stub, and with what its methods return. */
export const STUBS: Readonly<Record<string, Case>> = {
  spannedCall: async (env) => {
    const room = roomOf(env)
    const early = await withSpan('work', () => room.counter(12)).add(3)
    const counter = await withSpan('work', () => room.counter(20))
    return [
      early,
      await counter.add(1),
      await withSpan('outer', () => withSpan('inner', () => room.counter(1))).add(1),
      await withSpan('work', () => room.fail()).catch(messageOf),
    ]
  },
  returnedStub: async (env) => {
    using counter = await roomOf(env).counter(10)
    return [
      await counter.add(5),
      await counter.start,
      await counter.inner.add(1),
      typeof counter,
      Object.prototype.toString.call(counter),
      counter.constructor.name,
      'anything' in counter,
      Object.keys(counter),
    ]
  },
  returnedTwice: async (env) => {
    const promise = roomOf(env).counter(1)
    const [first, second] = [await promise, await promise]
    return [first === second, await second.add(1)]
  },
  disposed: async (env) => {
    const counter = await roomOf(env).counter(1)
    const copy = counter.dup()
    counter[Symbol.dispose]()
    const afterwards = await Promise.resolve()
      .then(() => counter.add(1))
      .then(String, messageOf)
    return [afterwards, await copy.add(1)]
  },
  passedOn: async (env) => {
    const counter = await roomOf(env).counter(1)
    return [
      await serviceOf(env).use(counter.dup()),
      await serviceOf(env).useNested({ room: roomOf(env), counter }),
    ]
  },
  passedOnService: async (env) => {
    const given = { services: [env.SERVICE], text: 'a' }
    const used = await serviceOf(env).useAll(given)
    return [used, given.services[0] === env.SERVICE]
  },
  returnedFunction: async (env) => {
    const double = await roomOf(env).doubler()
    return [await double(4), typeof double]
  },
  standIns: async (env) => {
    const counter = await roomOf(env).counter(1)
    const double = await roomOf(env).doubler()
    const standIn = new Proxy(counter, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        return value instanceof Function ? value.bind(target) : value
      },
    })
    const use = (given: Counter): Promise<unknown> =>
      serviceOf(env)
        .useNested({ room: roomOf(env), counter: given })
        .then((used) => used, messageOf)
    return {
      looks: [counter, double].map((stub) => [
        typeof stub,
        Object.prototype.toString.call(stub),
        Object.keys(stub),
      ]),
      itself: await use(counter),
      standIn: await use(standIn),
    }
  },
  returnedInObject: async (env) => (await roomOf(env).counters()).first.add(2),
  returnedDurableObject: async (env) => (await serviceOf(env).room()).hello('from room'),
  pipelined: async (env) => [
    await roomOf(env).counter(1).add(2),
    await roomOf(env).counter(3).start,
    await roomOf(env).counter(1).inner.add(2),
  ],
  chained: (env) => roomOf(env).chain().next().next().next().next().next().next().depth(),
  promise: async (env) => {
    const promise = roomOf(env).hello('you')
    const constructed = [promise instanceof Promise, promise.constructor.name, typeof promise]
    return [constructed, await promise.finally(() => {}), await Promise.all([promise, 1])]
  },
  promiseAsArgument: (env) =>
    Promise.resolve()
      .then(() => serviceOf(env).use(roomOf(env).counter(1)))
      .then(String, messageOf),
  stubItself: async (env) => {
    const room = roomOf(env)
    return [
      Object.prototype.toString.call(room),
      room.constructor.name,
      Object.keys(room),
      isSame(room.fetch, room.fetch),
      room instanceof (env.SERVICE.constructor as never as new () => object),
    ]
  },
  outlasting: (env) => {
    roomOf(env)
      .rest(60_000)
      .catch(() => {})
    return 'answered'
  },
  received: (env) => roomOf(env).received('a', undefined, { b: 1 }),
}

type Unasked = (room: Room) => unknown

/** Rejections that the app does not, or not only, look at. How often is each reported as unhandled? */
const REJECTIONS: readonly Unasked[] = [
  (room) => room.fail(),
  (room) => room.fail().catch(() => {}),
  (room) => room.fail().then(() => {}),
  (room) => room.fail().further(),
  (room) =>
    room
      .fail()
      .further()
      .catch(() => {}),
  (room) => room.fail().finally(() => {}),
  async (room) => await room.fail(),
  (room) => room.hello('fine'),
]

export const REJECTING: Readonly<Record<string, Case>> = {
  unhandledRejections: async (env) => {
    const counts: number[] = []
    for (const reject of REJECTIONS) {
      counts.push(await countUnhandled(() => reject(roomOf(env))))
    }
    return counts
  },

  spannedRejections: async (env) => {
    const counts = [
      await countUnhandled(() => roomOf(env).fail()),
      await countUnhandled(() =>
        roomOf(env)
          .fail()
          .catch(() => {}),
      ),
    ]
    for (const spanned of [
      (room: Room) => withSpan('work', () => room.fail()),
      (room: Room) => withSpan('outer', () => withSpan('inner', () => room.fail())),
    ]) {
      if ((await countUnhandled(() => spanned(roomOf(env)))) !== counts[0]) {
        throw new Error('a span changes what is reported')
      }
      if ((await countUnhandled(() => spanned(roomOf(env)).catch(() => {}))) !== counts[1]) {
        throw new Error('a span reports what was caught')
      }
    }
    return counts
  },
}

const isSame = (first: unknown, second: unknown): boolean => first === second

const countUnhandled = async (act: () => unknown): Promise<number> => {
  let count = 0
  const listener = (event: Event): void => {
    count++
    event.preventDefault()
  }
  addEventListener('unhandledrejection', listener)
  act()
  await new Promise((resolve) => setTimeout(resolve, 50))
  removeEventListener('unhandledrejection', listener)
  return count
}
