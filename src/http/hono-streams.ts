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

/** What the helpers' end goes through. */
const NEEDED = ['write', 'pipe', 'close', 'abort']

let isHooked = false

/** Classes whose own methods are hooked. */
const known = /* @__PURE__ */ new WeakSet<object>()

const streamOf = (api: Api): HonoStream | undefined => {
  const readable = api.responseReadable
  if (!(readable instanceof ReadableStream)) {
    return undefined
  }
  let stream = streams.get(readable)
  if (!stream) {
    stream = { end: undefined, watch: undefined, isPiped: false }
    streams.set(readable, stream)
  }
  return stream
}

const finish = (stream: HonoStream, end: BodyEnd): void => {
  stream.end ??= end
  stream.watch?.end(end)
}

const after = (result: unknown, call: () => void): void => {
  if (result instanceof Promise) {
    result.then(call, call)
  } else {
    call()
  }
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
  Object.defineProperty(hooked, 'name', { value: name })
  Object.defineProperty(hooked, 'length', { value: original.length })
  api[name] = hooked
}

const flow = (stream: HonoStream): void => stream.watch?.flows()

/** `streamSSE` has a class of its own, whose method writes only some turns later. */
const learn = (self: Api): void => {
  const kind = Object.getPrototypeOf(self) as Api
  if (!known.has(kind) && kind !== (StreamingApi.prototype as unknown)) {
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
  if (isHooked || NEEDED.some((name) => typeof api[name] !== 'function')) {
    return
  }
  isHooked = true
  hook(api, 'write', (stream, _result, self) => {
    learn(self)
    flow(stream)
  })
  hook(api, 'pipe', (stream, result) => {
    stream.isPiped = true
    stream.watch?.pipes(result as Promise<unknown>)
  })
  hook(api, 'close', (stream, result) => after(result, () => finish(stream, 'end')))
  hook(api, 'abort', (stream) => finish(stream, 'cancel'))
  if (typeof api.sleep === 'function') {
    hook(api, 'sleep', () => {})
  }
}

/** Whether a helper has begun to feed this stream, and nobody reads it yet. */
export const isFedByHono = (stream: ReadableStream): boolean =>
  !stream.locked && streams.has(stream)

/**
 * For a stream that most likely is a helper's, which nothing tells from others before it has done something: it will
 * tell of itself when it does. Undefined for one that has to be handed on, since it is fed by another stream.
 */
export const expectHonoStream = (stream: ReadableStream): HonoStream | undefined => {
  const found = honoStreamOf(stream)
  if (!found && !streams.has(stream)) {
    const expected = { end: undefined, watch: undefined, isPiped: false }
    streams.set(stream, expected)
    return expected
  }
  return found
}

/** Undefined for others, and for one that has not done anything yet: it cannot be told from them. */
export const honoStreamOf = (stream: ReadableStream): HonoStream | undefined => {
  const found = streams.get(stream)
  return found?.isPiped && !found.end ? undefined : found
}
