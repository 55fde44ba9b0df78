import { StreamingApi } from 'hono/utils/stream'
import type { BodyEnd, BodyWatch } from './body-watch.ts'

/** What is known of a stream that `stream`, `streamText` or `streamSSE` feeds. */
export interface HonoStream {
  end: BodyEnd | undefined
  watch: BodyWatch | undefined
  /** Its chunks come from another stream, past `write`. */
  isPiped: boolean
}

type Method = (this: Api, ...args: unknown[]) => unknown
type Api = Record<string, unknown>

const streams = /* @__PURE__ */ new WeakMap<object, HonoStream>()

/** Classes whose own methods are hooked. */
const known = /* @__PURE__ */ new WeakSet<object>()

const note = (readable: object): HonoStream => {
  const stream = { end: undefined, watch: undefined, isPiped: false }
  streams.set(readable, stream)
  return stream
}

const streamOf = ({ responseReadable: readable }: Api): HonoStream | undefined =>
  readable instanceof ReadableStream ? (streams.get(readable) ?? note(readable)) : undefined

const finish = (stream: HonoStream, end: BodyEnd): void => {
  stream.end ??= end
  stream.watch?.end(end)
}

/** Puts a method of the same name over one, which calls it and then `see`. */
const hook = (
  api: Api,
  name: string,
  see: (stream: HonoStream, result: unknown, self: Api) => void,
): void => {
  const original = api[name] as Method
  const hooked: Method = function (...args) {
    const stream = streamOf(this)
    const result = original.apply(this, args)
    if (stream) {
      see(stream, result, this)
    }
    return result
  }
  Object.defineProperties(hooked, Object.getOwnPropertyDescriptors(original))
  api[name] = hooked
}

const flow = (stream: HonoStream): void => stream.watch?.flows()

/** `streamSSE` has a class of its own, whose method writes only some turns later. */
const learn = (self: Api): void => {
  const kind = Object.getPrototypeOf(self) as Api
  if (!known.has(kind)) {
    known.add(kind)
    if (Object.hasOwn(kind, 'writeSSE')) {
      hook(kind, 'writeSSE', flow)
    }
  }
}

/**
 * Has the streams of Hono's helpers tell of themselves, since handing on each of their chunks costs more than all else
 * that a request does. Where Hono is not as it is known to be, nothing is done, and they are streams like any other.
 */
export const hookHonoStreams = (): void => {
  const api = StreamingApi.prototype as unknown as Api
  const needed = ['write', 'pipe', 'close', 'abort', 'sleep']
  if (known.has(api) || needed.some((name) => !(name in api))) {
    return
  }
  known.add(api)
  hook(api, 'write', (stream, _result, self) => {
    learn(self)
    flow(stream)
  })
  hook(api, 'pipe', (stream, result) => {
    stream.isPiped = true
    stream.watch?.pipes(result as Promise<unknown>)
  })
  hook(api, 'close', (stream, result) => {
    const ended = (): void => finish(stream, 'end')
    void Promise.resolve(result).then(ended, ended)
  })
  hook(api, 'abort', (stream) => finish(stream, 'cancel'))
  hook(api, 'sleep', () => {})
}

/** Whether a helper has begun to feed this stream, and nobody reads it yet. */
export const isFedByHono = (stream: ReadableStream): boolean =>
  !stream.locked && streams.has(stream)

/**
 * For a stream that most likely is a helper's, which nothing tells from others before it has done something: it will
 * tell of itself when it does. Undefined for one that has to be handed on, since it is fed by another stream.
 */
export const expectHonoStream = (stream: ReadableStream): HonoStream | undefined =>
  streams.has(stream) ? honoStreamOf(stream) : note(stream)

/** Undefined for others, and for one that has not done anything yet: it cannot be told from them. */
export const honoStreamOf = (stream: ReadableStream): HonoStream | undefined => {
  const found = streams.get(stream)
  return found?.isPiped && !found.end ? undefined : found
}
