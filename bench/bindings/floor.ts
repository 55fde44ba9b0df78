/**
 * The least that makes a span and a measurement of each call of KV and D1, with what our promises need: everything else
 * of a binding is the binding's own, the call runs with it as `this`, a span has a parent, and a rejection is told as it
 * is, by the one promise that is handed on.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { addSpan, floorApp, take } from '../workerd/floor.ts'
import { type Bindings, repeat, workerOf } from './calls.ts'

type Call = (...args: unknown[]) => unknown

interface Parent {
  readonly traceId: string
  readonly spanId: string
}

interface Histogram {
  readonly counts: number[]
  sum: number
}

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

const parents = new AsyncLocalStorage<Parent>()
const histograms = new Map<string, Histogram>()

const measure = (key: string, seconds: number): void => {
  let histogram = histograms.get(key)
  if (!histogram) {
    histogram = { counts: new Array(SECONDS.length + 1).fill(0), sum: 0 }
    histograms.set(key, histogram)
  }
  const at = SECONDS.findIndex((bound) => seconds <= bound)
  const bucket = at < 0 ? SECONDS.length : at
  histogram.counts[bucket] = (histogram.counts[bucket] as number) + 1
  histogram.sum += seconds
}

const texts = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([key, value]) => `{"key":"${key}","value":{"stringValue":${JSON.stringify(value)}}}`)
    .join()

/** Makes a call of one kind, whose attributes are always the same. */
const observed = (name: string, attributes: Record<string, string>) => {
  const constant = texts(attributes)
  return (call: () => unknown): unknown => {
    const parent = parents.getStore() as Parent
    const spanId = take(16)
    const offsetMs = Date.now() - performance.now()
    const startMs = performance.now()
    const end = (more: string): void => {
      const endMs = performance.now()
      addSpan(
        `{"traceId":"${parent.traceId}","spanId":"${spanId}","parentSpanId":"${parent.spanId}","flags":259,"name":"${name}","kind":3,"startTimeUnixNano":"${Math.round(offsetMs + startMs)}000000","endTimeUnixNano":"${Math.round(offsetMs + endMs)}000000","attributes":[${constant}${more}]}`,
      )
      measure(name, (endMs - startMs) / 1000)
    }
    return (call() as Promise<unknown>).then(
      (value) => {
        end(`,${texts({ result: value === null ? 'miss' : 'hit' })}`)
        return value
      },
      (error: unknown) => {
        end(`,${texts({ 'error.type': String(error) })}`)
        throw error
      },
    )
  }
}

/** The binding with some of its methods replaced. */
const standIn = <T extends object>(raw: T, methods: Record<string, (call: Call) => Call>): T => {
  const made = new Map<PropertyKey, Call>()
  return new Proxy(raw, {
    get(target, key) {
      const known = made.get(key)
      if (known) return known
      const original: unknown = Reflect.get(target, key)
      if (typeof original !== 'function') return original
      const call: Call = (...args) => Reflect.apply(original, target, args)
      const method = methods[key as string]?.(call) ?? call
      made.set(key, method)
      return method
    },
  })
}

const floorKv = <T extends object>(raw: T, name: string): T => {
  const get = observed(`get ${name}`, {
    'db.system.name': 'cloudflare-kv',
    'db.namespace': name,
    'db.operation.name': 'get',
    'cloudflare.binding.type': 'KV',
    'cloudflare.binding.name': name,
  })
  return standIn(raw, {
    get:
      (call) =>
      (...args) =>
        get(() => call(...args)),
  })
}

const floorD1 = <T extends object>(raw: T, name: string): T => {
  const kinds = new Map<string, ReturnType<typeof observed>>()
  const kindOf = (text: string): ReturnType<typeof observed> => {
    let kind = kinds.get(text)
    if (!kind) {
      kind = observed(`SELECT ${name}`, {
        'db.system.name': 'sqlite',
        'db.namespace': name,
        'db.operation.name': 'SELECT',
        'db.query.summary': 'SELECT',
        'db.query.text': text,
        'cloudflare.binding.type': 'D1',
        'cloudflare.binding.name': name,
      })
      kinds.set(text, kind)
    }
    return kind
  }
  const statement = (of: object, text: string): object =>
    standIn(of, {
      bind:
        (call) =>
        (...args) =>
          statement(call(...args) as object, text),
      first:
        (call) =>
        (...args) =>
          kindOf(text)(() => call(...args)),
    })
  return standIn(raw, {
    prepare:
      (call) =>
      (...args) =>
        statement(call(...args) as object, String(args[0])),
  })
}

let wrapped: Partial<Bindings> | undefined

const app = floorApp((_c, next) => parents.run({ traceId: take(32), spanId: take(16) }, next))
app.get('/floor/:kind', (c) => {
  const env = c.env as unknown as Bindings
  wrapped ??= {
    CACHE: floorKv(env.CACHE, 'CACHE'),
    KV_STUB: floorKv(env.KV_STUB, 'KV_STUB'),
    DB: floorD1(env.DB, 'DB'),
    D1_STUB: floorD1(env.D1_STUB, 'D1_STUB'),
  }
  return repeat(c, wrapped as Bindings)
})

export default workerOf(app as never)
