import { guard } from '../../base/guard.ts'

/** Told of a stream that is read by somebody else. */
export interface StreamObserver {
  /** It is being read. */
  reads?(): void
  /** Of each piece, before its reader has it. */
  chunk(value: unknown): void
  /** Once, at its end. */
  end(outcome?: 'cancel'): void
  fail(error: unknown): void
}

/** Who may read into memory of his own still may. */
const isByteStream = (stream: ReadableStream): boolean => {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

/** A stream in the place of another: chunk for chunk the same, and no faster. The other is not touched until it is read. */
export class ObservedStream {
  readonly stream: ReadableStream<Uint8Array>
  readonly #source: ReadableStream<Uint8Array>
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  constructor(source: ReadableStream<Uint8Array>, observer: StreamObserver) {
    this.#source = source
    const isBytes = isByteStream(source)
    const underlying = {
      pull: async (controller: ReadableByteStreamController) => {
        observer.reads?.()
        const { done, value } = await this.reader()
          .read()
          .catch((error: unknown) => {
            guard(() => observer.fail(error))
            throw error
          })
        if (done) {
          guard(() => observer.end())
          controller.close()
          controller.byobRequest?.respond(0)
          return
        }
        guard(() => observer.chunk(value))
        // Takes the chunk's memory over: nothing may be read of it afterwards.
        controller.enqueue(value as Uint8Array<ArrayBuffer>)
      },
      cancel: (reason: unknown) => {
        guard(() => observer.end('cancel'))
        return this.reader().cancel(reason)
      },
    }
    // Nothing is read ahead of the reader: backpressure as without us.
    const strategy = { highWaterMark: 0 }
    this.stream = isBytes
      ? new ReadableStream({ ...underlying, type: 'bytes' }, strategy)
      : new ReadableStream(underlying as unknown as UnderlyingSource<Uint8Array>, strategy)
  }

  /** Locks what is behind it. */
  reader(): ReadableStreamDefaultReader<Uint8Array> {
    this.#reader ??= this.#source.getReader()
    return this.#reader
  }
}
