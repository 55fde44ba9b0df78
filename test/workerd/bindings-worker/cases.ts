import { KINDS, type KindsEnv } from './kinds.ts'
import { REJECTING, STUBS } from './stubs.ts'

/** What the Worker's environment holds. */
export interface Env extends KindsEnv {
  CACHE: KVNamespace
  BUCKET: R2Bucket
  ORDERS: Queue
  /** Consumed by the Worker itself. */
  CARRIED: Queue
  ROOM: DurableObjectNamespace
  SERVICE: Fetcher
  SELF: Fetcher
  TEXT: string
  JSON_VALUE: { get: string; list: number[] }
}

type Case = (env: Env, ctx: unknown) => unknown

interface RoomStub {
  hello(name: string): Promise<string>
  fail(): Promise<void>
  counter(start: number): Promise<{ add(amount: number): Promise<number> }> & {
    add(amount: number): Promise<number>
  }
  fetch: typeof fetch
}

const stubOf = (env: Env): RoomStub => env.ROOM.getByName('a') as unknown as RoomStub

const messageOf = (error: unknown): string =>
  `${(error as Error).name}: ${(error as Error).message}`

/** Which of two callers the stack of an error names. */
const callersIn = async (call: () => Promise<unknown>): Promise<string[]> => {
  const inner = async (): Promise<unknown> => await call()
  const outer = async (): Promise<unknown> => await inner()
  try {
    await outer()
    return ['no error']
  } catch (error) {
    return ['inner', 'outer'].filter((name) => (error as Error).stack?.includes(name))
  }
}

/** Each is run with the wrapped and with the raw environment, and must come out the same. */
export const CASES: Readonly<Record<string, Case>> = {
  env: (env) => ({
    keys: Object.keys(env),
    json: JSON.stringify(env),
    text: env.TEXT,
    value: env.JSON_VALUE,
    identities: [readTwice(env, 'CACHE'), readTwice(env, 'ROOM'), readTwice(env, 'SERVICE')],
    isSameMethod: readTwice(env.CACHE, 'get'),
    hasUnknown: 'UNKNOWN' in env,
    clone: attempt(() => structuredClone(env)),
    cloneOfPlain: attempt(() => structuredClone({ t: env.TEXT, v: env.JSON_VALUE })),
    copy: Object.keys({ ...env }),
    prototypes: [
      Object.prototype.toString.call(env.CACHE),
      Object.prototype.toString.call(env.BUCKET),
      env.CACHE.constructor.name,
    ],
    entries: Object.entries(env).map(([name, value]) => [name, typeof value]),
    forIn: namesIn(env),
    hasSecret: 'TEXT' in env,
    own: Object.hasOwn(env, 'CACHE'),
    isPlain: Object.getPrototypeOf(env) === Object.prototype,
    assigned: Object.keys(Object.assign({}, env)),
    frozen: Object.isFrozen(env),
  }),
  r2: async ({ BUCKET }) => {
    const put = await BUCKET.put('file', 'hello', { customMetadata: { a: '1' } })
    const got = await BUCKET.get('file')
    const text = await got?.text()
    const streamed = await BUCKET.put('copy', (await BUCKET.get('file'))?.body ?? null)
    const absent = await BUCKET.get('absent')
    const head = await BUCKET.head('file')
    const listed = await BUCKET.list()
    await BUCKET.delete(['file', 'copy'])
    return [
      put?.size,
      put?.customMetadata,
      text,
      streamed?.size,
      absent,
      head?.size,
      listed.objects.map(({ key }) => key),
      listed.truncated,
    ]
  },
  r2Multipart: async ({ BUCKET }) => {
    const upload = await BUCKET.createMultipartUpload('big')
    const resumed = BUCKET.resumeMultipartUpload('big', upload.uploadId)
    const part = await resumed.uploadPart(1, 'part one')
    const object = await upload.complete([part])
    const aborted = await BUCKET.createMultipartUpload('never')
    await aborted.abort()
    return [upload.key, part.partNumber, object.size]
  },
  r2Fails: ({ BUCKET }) =>
    BUCKET.resumeMultipartUpload('big', 'no such upload')
      .complete([])
      .then(String, (error: unknown) => messageOf(error).slice(0, 40)),
  queue: async ({ ORDERS }) => {
    await ORDERS.send({ outcome: 'none' })
    await ORDERS.sendBatch([{ body: { outcome: 'none' } }, { body: { outcome: 'none' } }])
    await ORDERS.sendBatch(
      (function* () {
        yield { body: { outcome: 'none' } }
      })(),
    )
  },
  rpc: async (env) => {
    const stub = stubOf(env)
    return [await stub.hello('you'), String(env.ROOM.idFromName('a')).length]
  },
  rpcFails: (env) => stubOf(env).fail().then(String, messageOf),
  rpcPipelined: async (env) => {
    const added = await stubOf(env).counter(1).add(2)
    const counter = await stubOf(env).counter(10)
    return [added, await counter.add(5)]
  },
  rpcService: async ({ SERVICE }) =>
    (SERVICE as unknown as { add(a: number, b: number): Promise<number> }).add(1, 2),
  rpcStubArgument: async (env) =>
    (env.SERVICE as unknown as { callBack(stub: unknown): Promise<string> }).callBack(stubOf(env)),
  callersInErrors: async (env) => {
    const calls: Record<string, () => Promise<unknown>> = {
      kv: () => env.CACHE.get('x'.repeat(600)),
      r2: () => env.BUCKET.put('key', new ReadableStream()),
      rpc: () => stubOf(env).fail(),
      rpcPipelined: () => (stubOf(env).fail() as unknown as RoomStub).hello('further'),
      rpcService: () => (env.SERVICE as unknown as RoomStub).fail(),
    }
    const named: unknown[] = []
    for (const [name, call] of Object.entries(calls)) {
      named.push([name, await callersIn(call)])
    }
    return named
  },
  fetchObject: async (env) => {
    const response = await stubOf(env).fetch('http://room.test/path?token=s3cret', {
      method: 'POST',
      headers: { 'x-own': 'yes' },
      body: 'body',
    })
    const { own, body } = (await response.json()) as { own: string; body: string }
    return { own, body }
  },
  fetchLikeRequest: async (env) => {
    const init = new Request('http://other.test/', {
      method: 'POST',
      headers: { 'x-own': 'yes' },
      body: 'body',
    })
    const response = await stubOf(env).fetch('http://room.test/path', init)
    const { own, body } = (await response.json()) as { own: string; body: string }
    return { own, body }
  },
  fetchRequest: async ({ SERVICE }) => {
    const response = await SERVICE.fetch(new Request('http://service.test/missing'))
    return response.status
  },
  traceparent: async ({ SERVICE }) => (await SERVICE.fetch('http://service.test/')).text(),
  cache: async () => {
    const url = 'http://cache.test/page'
    const cache = await caches.open('pages')
    const before = await cache.match(url)
    await cache.put(url, new Response('cached', { headers: { 'cache-control': 'max-age=60' } }))
    const after = await (await cache.match(url))?.text()
    const standard = await (caches as unknown as { default: Cache }).default.match(url)
    return [before ?? null, after, standard ?? null, await cache.delete(url)]
  },
  ...STUBS,
  ...REJECTING,
  ...KINDS,
}

const namesIn = (object: object): string[] => {
  const names: string[] = []
  for (const name in object) {
    names.push(name)
  }
  return names
}

const readTwice = <T extends object>(object: T, key: keyof T): boolean => {
  const first = object[key]
  return object[key] === first
}

const attempt = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return (error as Error).name
  }
}
