import { Hono } from 'hono'
import { histogram, observability, type ReadableSpan, withSpan } from 'hono-observability'
import { expect } from 'vitest'

/** What an app keeps at module scope and uses again and again; `use` is what a request does with it. */
interface Kept<T extends object = object> {
  make(): T
  use(kept: T): unknown
  /** Ends it for good. */
  end(kept: T): unknown
}

const kept = <T extends object>(kind: Kept<T>): Kept => kind as unknown as Kept

class Query {
  readonly #uses = { count: 0 }
  // biome-ignore lint/suspicious/noThenProperty: query builders run when they are awaited
  then(resolve: (value: number) => void): void {
    this.#uses.count++
    if (this.#uses.count % 500 === 0) {
      const { stackTraceLimit } = Error
      Error.stackTraceLimit = 100
      resolve(new Error().stack?.split('\n').length ?? 100)
      Error.stackTraceLimit = stackTraceLimit
    }
    resolve(0)
  }
}

const endless = (): ReadableStream =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(1))
    },
  })

export const KINDS: Record<string, Kept> = {
  'a query': kept<Query>({
    make: () => new Query(),
    use: async (query) => expect(await query).toBeLessThan(30),
    end() {},
  }),
  'a query with its own then': kept<PromiseLike<number>>({
    make: () =>
      // biome-ignore lint/suspicious/noThenProperty: as query builders have it
      ({ then: (resolve?: ((value: number) => unknown) | null) => resolve?.(1) }) as never,
    use: async (query) => expect(await query).toBe(1),
    end() {},
  }),
  'a query that nobody awaits': kept<Query>({ make: () => new Query(), use() {}, end() {} }),
  'a promise': kept<Promise<number>>({
    make: () => Promise.resolve(1),
    use: async (promise) => expect(await promise).toBe(1),
    end() {},
  }),
  'a pending promise': kept<Promise<void> & { resolve?: () => void }>({
    make: () => {
      let resolve = (): void => {}
      const promise = new Promise<void>((settle) => {
        resolve = settle
      })
      return Object.assign(promise, { resolve })
    },
    use() {},
    end: (promise) => promise.resolve?.(),
  }),
  'a generator': kept<Generator<number>>({
    make: function* () {
      for (let i = 0; ; i++) {
        yield i
      }
    },
    use: (ids) => expect(ids.next().done).toBe(false),
    end: (ids) => ids.return(0),
  }),
  'an async generator': kept<AsyncGenerator<number>>({
    make: async function* () {
      for (let i = 0; ; i++) {
        yield i
      }
    },
    use: async (ids) => expect((await ids.next()).done).toBe(false),
    end: (ids) => ids.return(0),
  }),
  'a stream': kept<ReadableStream>({
    make: endless,
    use: async (stream) => {
      const reader = stream.getReader()
      expect((await reader.read()).done).toBe(false)
      reader.releaseLock()
    },
    end: (stream) => stream.cancel(),
  }),
  'a stream that nobody reads': kept<ReadableStream>({
    make: endless,
    use() {},
    end: (stream) => stream.cancel(),
  }),
  'a response': kept<Response>({
    make: () => new Response(endless()),
    use: (response) => expect(response.status).toBe(200),
    end: (response) => response.body?.cancel(),
  }),
}

const PER_REQUEST = 200

/** Spans of the name that have started and not ended, as last and as most. */
const counted = (name: string) => {
  const open = { now: 0, most: 0, ended: 0 }
  const is = (span: { name: string }): boolean => span.name === name
  return {
    open,
    processor: {
      onStart: (span: unknown) => {
        if (is(span as ReadableSpan)) {
          open.most = Math.max(open.most, ++open.now)
        }
      },
      onEnd: (span: ReadableSpan) => {
        if (is(span)) {
          open.now--
          open.ended++
        }
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  }
}

const durations = histogram('again.duration', { unit: 's', description: 'Again.' })

export const WRAPPERS: Record<string, <T>(fn: () => T) => T> = {
  withSpan: (fn) => withSpan('again', fn),
  'histogram.time': (fn) => durations.time(fn),
}

const propertiesOf = (value: object): unknown[] =>
  Reflect.ownKeys(value).map((key) => [key, Reflect.getOwnPropertyDescriptor(value, key)])

/** Gives one object of a kind to a wrapper so many times, and looks at what is left of it. */
export const useAgain = async (kind: string, wrapper: string, uses: number): Promise<void> => {
  const wrap = WRAPPERS[wrapper] as <T>(fn: () => T) => T
  const { make, use, end } = KINDS[kind] as Kept
  const { open, processor } = counted('again')
  const app = new Hono()
  const same = make()
  const before = propertiesOf(same)
  app.use(
    observability({
      logs: false,
      otlp: { traces: false, metrics: false },
      traces: { processors: [processor] },
    }),
  )
  app.get('/', async (c) => {
    for (let i = 0; i < PER_REQUEST; i++) {
      expect(wrap(() => same)).toBe(same)
      await use(same)
    }
    return c.text('ok')
  })
  for (let i = 0; i < uses / PER_REQUEST; i++) {
    expect((await app.request('/')).status).toBe(200)
  }
  expect(open.most).toBeLessThanOrEqual(129)
  await end(same)
  await new Promise((resolve) => setTimeout(resolve))
  expect(open.now).toBe(0)
  expect(open.ended).toBe(wrapper === 'withSpan' ? uses : 0)
  const after = propertiesOf(same)
  if (wrapper === 'withSpan') {
    expect(after).toEqual(before)
  }
}
