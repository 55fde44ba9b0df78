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

/**
 * Has a response's body observed while it is read. The response is the very object that it was: only methods of its own
 * are put over those of its prototype. A stream of events becomes one of ours when it is asked for, so that also who
 * hands it on is seen; of other bodies the stream stays the runtime's, with the length that it has.
 *
 * What the runtime sends by itself, since the app answers with the response, nobody sees.
 */
export const observeResponse = (response: Response, observer: BodyObserver): void => {
  const isEvents = isEventStream(response)
  let observed: ObservedStream | undefined
  let watched: ReadableStream | undefined
  for (const name of READERS) {
    replace(response, name, (self, call) => {
      if (self !== response) {
        return call()
      }
      if (observed?.stream.locked) {
        // The body is in use, although nothing was read yet: this call is to be refused as ever.
        observed.reader()
      }
      return readAtOnce(call() as Promise<unknown>, observer)
    })
  }
  replace(response, 'body', (self, call) => {
    const body = call() as ReadableStream<Uint8Array> | null
    if (self !== response || !body) {
      return body
    }
    if (!isEvents) {
      if (watched !== body) {
        watched = body
        guard(() => watchReaders(body, observer))
      }
      return body
    }
    observer.asked()
    observed ??= guard(() => new ObservedStream(body, observer))
    return observed?.stream ?? body
  })
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
