import { guard } from '../../base/guard.ts'
import { replace } from '../../context/results/hook.ts'
import { ObservedStream, type StreamObserver } from './observed-stream.ts'

/** Told of a response's body as somebody else reads it. */
export interface BodyObserver extends StreamObserver {
  /** Its stream was asked for. Perhaps it is handed on, and read by another. */
  asked(): void
  /** It is being read: its end will be told. */
  reads(): void
  /** All of it, read by one call: JSON that was parsed, a text, or bytes. */
  whole(body: unknown): void
}

const READERS = ['json', 'text', 'arrayBuffer', 'bytes', 'blob', 'formData']

/** Which of a response and its copies is observed: what is read first. */
interface First {
  body?: object
  isCloned?: boolean
}

/**
 * Whether it is a response of the runtime's, and not what somebody made to look like one (`node-fetch`, an object of the
 * app's own): of those it is not known what reading them does.
 */
export const isObservable = (response: unknown): response is Response => {
  if (typeof response !== 'object' || response === null || Object.hasOwn(response, 'body')) {
    return false
  }
  const made = Object.getPrototypeOf(response) as object
  // `@hono/node-server` puts a class of its own before the runtime's.
  for (let each: unknown = Response.prototype; each; each = Object.getPrototypeOf(each)) {
    if (each === made) {
      try {
        // Refused by the runtime's getter where it is a proxy, and undefined of a plain object.
        return Reflect.get(made, 'bodyUsed', response) !== undefined
      } catch {
        return false
      }
    }
  }
  return false
}

/**
 * Has a response's body observed while it is read. The response is the very object that it was: only methods of its own
 * are put over those of its prototype. A stream of events becomes one of ours when it is asked for, so that also who
 * hands it on is seen; of other bodies the stream stays the runtime's, with the length that it has. Of a response and
 * its clones, the one that is read first is observed.
 *
 * What the runtime sends by itself, since the app answers with the response, nobody sees.
 */
export const observeResponse = (
  response: Response,
  given: BodyObserver,
  first: First = {},
): void => {
  const isEvents = isEventStream(response)
  const observer = ofFirst(given, first)
  /** A clone gives the response another stream: then the one of ours is that one's. */
  let source: ReadableStream<Uint8Array> | undefined
  let observed: ObservedStream | undefined
  const alike = (call: () => unknown): unknown => (observed ? observed.alike(call) : call())
  for (const name of READERS) {
    replace(response, name, (self, call) => {
      if (self !== response) {
        return call()
      }
      // Refused otherwise, and whoever has it reads on.
      const isFree = !response.bodyUsed && !(observed?.stream ?? source)?.locked
      const reading = alike(call) as Promise<unknown>
      return isFree ? readAtOnce(reading, observer) : reading
    })
  }
  replace(response, 'clone', (self, call) => {
    if (self !== response) {
      return call()
    }
    const copy = alike(call)
    first.isCloned = true
    guard(() => observeResponse(copy as Response, given, first))
    return copy
  })
  replace(response, 'body', (self, call) => {
    const body = call() as ReadableStream<Uint8Array> | null
    if (self !== response || !(body instanceof ReadableStream)) {
      return body
    }
    if (source === body) {
      return observed?.stream ?? body
    }
    source = body
    observed = undefined
    if (!isEvents) {
      guard(() => watchReaders(body, observer))
    } else if (!body.locked && !response.bodyUsed) {
      observer.asked()
      observed = guard(() => new ObservedStream(body, observer))
    }
    return observed?.stream ?? body
  })
}

const ofFirst = (observer: BodyObserver, first: First): BodyObserver => {
  const own = {}
  const isFirst = (): boolean => first.body === own
  return {
    asked: () => observer.asked(),
    reads: () => {
      first.body ??= own
      if (isFirst()) {
        observer.reads()
      }
    },
    chunk: (value) => isFirst() && observer.chunk(value),
    whole: (body) => isFirst() && observer.whole(body),
    end: (outcome) => {
      if (!first.isCloned) {
        first.body ??= own
      }
      // Who leaves without having read leaves it to the other.
      if (isFirst()) {
        observer.end(outcome)
      }
    },
    fail: (error) => isFirst() && observer.fail(error),
  }
}

export const isEventStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('text/event-stream') === true

const readAtOnce = (reading: Promise<unknown>, observer: BodyObserver): Promise<unknown> => {
  observer.reads()
  return reading.then(
    (body) => {
      guard(() => {
        observer.whole(body)
        observer.end()
      })
      return body
    },
    (error: unknown) => {
      guard(() => observer.fail(error))
      throw error
    },
  )
}

type Read = { readonly done?: boolean; readonly value?: unknown }

/** The stream stays; who reads it in JavaScript, by a reader or a loop, is looked at. */
const watchReaders = (body: ReadableStream, observer: BodyObserver): void => {
  const watch = (reader: object, next: string, leave: string): void => {
    replace(reader, next, (_, call) => {
      observer.reads()
      return (call() as Promise<Read>).then(
        (result) => {
          guard(() => (result.done ? observer.end() : observer.chunk(result.value)))
          return result
        },
        (error: unknown) => {
          guard(() => observer.fail(error))
          throw error
        },
      )
    })
    replace(reader, leave, (_, call) => {
      guard(() => observer.end('cancel'))
      return call()
    })
  }
  replace(body, 'getReader', (_, call) => {
    const reader = call() as object
    watch(reader, 'read', 'cancel')
    return reader
  })
  for (const key of ['values', Symbol.asyncIterator]) {
    replace(body, key, (_, call) => {
      const iterator = call() as object
      watch(iterator, 'next', 'return')
      return iterator
    })
  }
}
