import { context, trace } from '@opentelemetry/api'
import {
  histogram,
  instrument,
  instrumentDurableObject,
  instrumentEntrypoint,
  log,
  type ObservabilityOptions,
  withSpan,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { Base, newCtx } from '../../classes/run-class.ts'

/** Calls `make` through a wrapper: what comes back is to be the very thing that it made. */
export type Wrapper = (make: () => unknown) => unknown

/** What each kind of binding is called by. */
const METHODS = {
  kv: ['get', 'getWithMetadata', 'put', 'delete', 'list', 'other'],
  d1: ['exec', 'batch', 'dump'],
  r2: ['head', 'get', 'put', 'delete', 'list'],
  queue: ['send', 'sendBatch'],
  vectorize: ['query', 'insert', 'describe'],
  'rate-limit': ['limit'],
  email: ['send'],
  service: ['fetch', 'anyMethod'],
  workflow: ['deleteBatch'],
  images: ['info'],
  'analytics-engine': ['writeDataPoint'],
} as const

const bindingWrappers = (): Record<string, Wrapper> => {
  const wrappers: Record<string, Wrapper> = {}
  for (const [kind, methods] of Object.entries(METHODS)) {
    for (const method of methods) {
      wrappers[`${method} of ${kind}`] = (make) => {
        const env = { THING: { [method]: () => make() } }
        const { wrap } = bindings({ kinds: { THING: kind as never } })
        return (wrap(env).THING[method] as (...args: unknown[]) => unknown)('https://odd.test/')
      }
    }
  }
  for (const method of ['first', 'all', 'run', 'raw']) {
    wrappers[`${method} of a statement`] = (make) => {
      const env = { DB: { prepare: () => ({ [method]: () => make() }) } }
      const { wrap } = bindings({ kinds: { DB: 'd1' } })
      return wrap(env).DB.prepare()[method]?.()
    }
  }
  return wrappers
}

const storageWrappers = (options: ObservabilityOptions): Record<string, Wrapper> => {
  const wrappers: Record<string, Wrapper> = {}
  class Room extends Base {
    make(make: () => unknown): unknown {
      return make()
    }
    get made(): unknown {
      return (this.env as { make(): unknown }).make()
    }
    alarm(): unknown {
      return (this.env as { make(): unknown }).make()
    }
    webSocketMessage(): unknown {
      return (this.env as { make(): unknown }).make()
    }
    storage(method: string, ...args: unknown[]): unknown {
      const { storage } = this.ctx as unknown as {
        storage: Record<string, (...a: unknown[]) => unknown>
      }
      return storage[method]?.(...args)
    }
  }
  const Instrumented = instrumentDurableObject(Room, options)
  const roomOf = (make: () => unknown, storage: object = {}): Room =>
    new Instrumented(Object.assign(newCtx(), { storage }) as never, { make } as never)
  wrappers['a method of a Durable Object'] = (make) => roomOf(make).make(make)
  wrappers['a getter of a Durable Object'] = (make) => roomOf(make).made
  wrappers['an alarm'] = (make) => roomOf(make).alarm()
  wrappers['a message of a WebSocket'] = (make) => roomOf(make).webSocketMessage()
  for (const method of ['get', 'put', 'delete', 'list', 'deleteAll', 'sync', 'getAlarm']) {
    wrappers[`${method} of a storage`] = (make) =>
      roomOf(make, { [method]: () => make() }).storage(method, 'key')
  }
  for (const method of ['transaction', 'transactionSync']) {
    wrappers[`${method} of a storage`] = (make) =>
      roomOf(make, { [method]: (closure: () => unknown) => closure() }).storage(method, make)
  }
  class Entry extends Base {
    make(make: () => unknown): unknown {
      return make()
    }
    scheduled(): unknown {
      return (this.env as { make(): unknown }).make()
    }
    tail(): unknown {
      return (this.env as { make(): unknown }).make()
    }
  }
  const Entrypoint = instrumentEntrypoint(Entry, options)
  const entryOf = (make: () => unknown): Entry => new Entrypoint(newCtx(), { make } as never)
  wrappers['a method of an entrypoint'] = (make) => entryOf(make).make(make)
  wrappers['scheduled of an entrypoint'] = (make) => entryOf(make).scheduled()
  wrappers['tail of an entrypoint'] = (make) => entryOf(make).tail()
  return wrappers
}

const BATCH = { queue: 'q', messages: [], ackAll() {}, retryAll() {} }

const handlerWrappers = (options: ObservabilityOptions): Record<string, Wrapper> => {
  const events = { scheduled: {}, queue: BATCH, email: { rawSize: 1 }, tail: [] }
  return Object.fromEntries(
    Object.entries(events).map(([handler, event]): [string, Wrapper] => [
      `the handler ${handler}`,
      (make) => {
        const worker = instrument({ [handler]: () => make() }, options)
        return worker[handler]?.(...([event, {}, newCtx()] as unknown as []))
      },
    ]),
  )
}

/** Every wrapper that hands on what a function of the app, or of the platform, returned. */
export const wrappersOf = (options: ObservabilityOptions): Readonly<Record<string, Wrapper>> => ({
  withSpan: (make) => withSpan('odd', make),
  'withSpan in withSpan': (make) => withSpan('outer', () => withSpan('inner', make)),
  'histogram.time': (make) =>
    histogram('odd.duration', { unit: 's', description: 'Odd.' }).time(make),
  startActiveSpan: (make) => trace.getTracer('odd').startActiveSpan('odd', () => make()),
  'context.with': (make) => context.with(context.active(), make),
  'context.bind': (make) => context.bind(context.active(), make)(),
  'log.with': (make) => log.with({ odd: true }, make),
  ...bindingWrappers(),
  ...storageWrappers(options),
  ...handlerWrappers(options),
})
