import { context, trace } from '@opentelemetry/api'
import {
  instrumentDurableObject,
  instrumentEntrypoint,
  instrumentWorkflow,
} from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'
import { Base, newCtx, recorded } from './run-class.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const fault = (): never => {
  throw new Error('broken')
}

const SECRET: unique symbol = Symbol('secret')

class Shelf extends Base {
  static readonly kind = 'shelf'
  #books = 0
  readonly own = (): string => 'own'

  get books(): number {
    return this.#books
  }

  set books(value: number) {
    this.#books = value
  }

  add(count: number): number {
    this.books += count
    return this.#books
  }

  async addLater(count: number): Promise<number> {
    await Promise.resolve()
    return this.add(count)
  }

  fail(): void {
    throw new RangeError('full')
  }

  [SECRET](): string {
    return 'secret'
  }
}

it('makes a subclass whose instances are real ones', () => {
  const { options } = recorded()
  const Instrumented = instrumentDurableObject(Shelf, options)
  const shelf = new Instrumented(newCtx(), {})
  expect(shelf).toBeInstanceOf(Shelf)
  expect(shelf).toBeInstanceOf(Instrumented)
  expect(Object.getPrototypeOf(Instrumented)).toBe(Shelf)
  expect(Instrumented.name).toBe('Shelf')
  expect(Instrumented.kind).toBe('shelf')
  expect(shelf.constructor).toBe(Instrumented)
})

it('does not change the class it is given', () => {
  const before = Object.getOwnPropertyDescriptors(Shelf.prototype)
  instrumentDurableObject(Shelf, recorded().options)
  expect(Object.getOwnPropertyDescriptors(Shelf.prototype)).toEqual(before)
})

it('observes methods and getters, and leaves setters, symbols and own properties alone', () => {
  const { options, names } = recorded()
  const shelf = new (instrumentEntrypoint(Shelf, options))(newCtx(), {})
  expect(shelf.add(2)).toBe(2)
  expect(names()).toEqual(['Shelf/add'])
  expect(shelf.books).toBe(2)
  expect(names()).toEqual(['Shelf/books'])
  shelf.books = 7
  expect(shelf[SECRET]()).toBe('secret')
  expect(shelf.own()).toBe('own')
  expect(names()).toEqual([])
  expect(shelf.books).toBe(7)
})

it('returns what a method returns, at once when it does, and throws what it throws', async () => {
  const { options, names } = recorded()
  const shelf = new (instrumentEntrypoint(Shelf, options))(newCtx(), {})
  expect(shelf.add(1)).toBe(1)
  expect(await shelf.addLater(1)).toBe(2)
  expect(() => shelf.fail()).toThrow(new RangeError('full'))
  expect(names()).toEqual(['Shelf/add', 'Shelf/addLater', 'Shelf/fail'])
})

it('makes no spans of what an instance calls on itself, but of what another does', async () => {
  const { options, names } = recorded()
  const Instrumented = instrumentEntrypoint(
    class Pair extends Shelf {
      async both(other: Shelf): Promise<number> {
        return this.add(1) + (await other.addLater(1))
      }
    },
    options,
  )
  const first = new Instrumented(newCtx(), {})
  await first.both(new Instrumented(newCtx(), {}))
  expect(names()).toEqual(['Pair/addLater', 'Pair/both'])
})

it('calls the method of the subclass where a class overrides one', () => {
  const { options, names } = recorded()
  const Instrumented = instrumentEntrypoint(
    class Double extends Shelf {
      override add(count: number): number {
        return super.add(2 * count)
      }
    },
    options,
  )
  expect(new Instrumented(newCtx(), {}).add(2)).toBe(4)
  expect(names()).toEqual(['Double/add'])
})

it('makes no spans of what a constructor calls, also later', async () => {
  const { options, names } = recorded()
  let prepared: Promise<unknown> | undefined
  const Instrumented = instrumentDurableObject(
    class Prepared extends Shelf {
      constructor(ctx: object, env: unknown) {
        super(ctx, env)
        this.add(1)
        prepared = this.addLater(1)
      }
    },
    options,
  )
  new Instrumented(newCtx(), {})
  await prepared
  expect(names()).toEqual([])
})

it('may be extended, and the methods that its subclass adds are its own business', () => {
  const { options, names } = recorded()
  class Library extends instrumentEntrypoint(Shelf, options) {
    addTwo(): number {
      return this.add(1) + this.add(1)
    }
  }
  expect(new Library(newCtx(), {}).addTwo()).toBe(3)
  expect(names()).toEqual(['Library/add', 'Library/add'])
})

it('calls a class without a name what its export is called then', () => {
  const { options, names } = recorded()
  const Instrumented = instrumentEntrypoint(
    class extends Base {
      ping(): string {
        return 'pong'
      }
    },
    options,
  )
  new Instrumented(newCtx(), {}).ping()
  expect(names()).toEqual(['default/ping'])
})

it('is observed once when it is instrumented twice', () => {
  const { options, names } = recorded()
  const Twice = instrumentEntrypoint(instrumentEntrypoint(Shelf, options), options)
  new Twice(newCtx(), {}).add(1)
  expect(names()).toEqual(['Shelf/add'])
})

it('has its storage observed once when it is instrumented twice', async () => {
  class Counter extends Base {
    async read(): Promise<unknown> {
      return (this.ctx as { storage: { get(key: string): unknown } }).storage.get('a')
    }
  }
  const { options, names } = recorded()
  const Twice = instrumentDurableObject(instrumentDurableObject(Counter, options), options)
  const ctx = { ...newCtx(), storage: { get: async () => 1, put: async () => {} } }
  expect(await new Twice(ctx, {}).read()).toBe(1)
  expect(names()).toEqual(['get Counter', 'Counter/read'])
})

it('gives the constructor an instrumented environment, and telemetry the raw one', () => {
  const env = { SECRET: 'x' }
  const wrapped = { ...env }
  const wrap = vi.fn(() => wrapped)
  const { options } = recorded({ bindings: { wrap } as never })
  const shelf = new (instrumentDurableObject(Shelf, options))(newCtx(), env)
  expect(shelf.env).toBe(wrapped)
  expect(wrap).toHaveBeenCalledWith(env)
})

const carriedBy = (traceparent: string): object => ({
  'hono-observability:context': new Map([['traceparent', traceparent]]),
  'hono-observability:writer': () => {},
})

const received: unknown[][] = []

class Receiver extends Base {
  receive(...args: unknown[]): void {
    received.push(args, [trace.getSpanContext(context.active())?.traceId])
  }
}

it.each([instrumentDurableObject, instrumentEntrypoint])(
  '%o with `propagate` continues the trace that the last argument carries, and takes that off',
  (instrumentClass) => {
    const { options, seen } = recorded()
    received.length = 0
    const Instrumented = instrumentClass(Receiver, options, { propagate: true })
    const receiver = new Instrumented(newCtx(), {})
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
    receiver.receive(1, carriedBy(traceparent))
    expect(received).toEqual([[1], ['1'.repeat(32)]])
    expect(seen()).toMatchObject([{ traceId: '1'.repeat(32), parentId: '2'.repeat(16) }])
    receiver.receive(1, carriedBy('nonsense'))
    expect(received[2]).toEqual([1])
    expect(seen()).toMatchObject([{ parentId: undefined }])
    const forged = { 'hono-observability:context': { traceparent } }
    receiver.receive(1, forged)
    expect(received[4]).toEqual([1, forged])
    expect(seen()).toMatchObject([{ parentId: undefined }])
  },
)

it.each([instrumentDurableObject, instrumentEntrypoint])(
  '%o without `propagate` leaves what callers carry along, and says so once',
  (instrumentClass) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { options, seen } = recorded()
    received.length = 0
    const Instrumented = instrumentClass(class Unasked extends Receiver {}, options)
    const receiver = new Instrumented(newCtx(), {})
    const carried = carriedBy(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`)
    receiver.receive(1, carried)
    receiver.receive(2, carried)
    expect([received[0], received[2]]).toEqual([
      [1, carried],
      [2, carried],
    ])
    expect(seen().map(({ parentId }) => parentId)).toEqual([undefined, undefined])
    expect(warn.mock.calls.length).toBeLessThan(2)
  },
)

it.each([
  ['instrumentDurableObject', instrumentDurableObject],
  ['instrumentEntrypoint', instrumentEntrypoint],
  ['instrumentWorkflow', instrumentWorkflow],
] as const)('%s refuses a `propagate` that is neither true nor false', (_name, instrumentClass) => {
  expect(() =>
    (instrumentClass as typeof instrumentEntrypoint)(Receiver as never, undefined, {
      propagate: ['ROOM'] as never,
    }),
  ).toThrow('`propagate` must be true or false, received object')
})

it('calls the methods when telemetry fails', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const env = new Proxy({}, { get: () => fault() })
  const shelf = new (instrumentEntrypoint(Shelf, recorded().options))(newCtx(), env)
  expect(shelf.add(1)).toBe(1)
  expect(await shelf.addLater(1)).toBe(2)
})

it.each([instrumentDurableObject, instrumentEntrypoint, instrumentWorkflow])(
  '%s refuses what is no class, and options that are wrong',
  (instrumentClass) => {
    const wrong = instrumentClass as unknown as (Class: unknown, options?: unknown) => unknown
    expect(() => wrong({})).toThrow(
      new TypeError('Cannot instrument: `Class` must be a class, received object'),
    )
    expect(() => wrong(() => {})).toThrow(TypeError)
    expect(() => wrong(Shelf, { service: 7 })).toThrow(TypeError)
  },
)

it('must be called with new', () => {
  const Instrumented = instrumentEntrypoint(Shelf, recorded().options)
  expect(() => (Instrumented as unknown as (ctx: object) => void)({})).toThrow(TypeError)
})
