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
        guard(() => observer.reads?.())
        const { done, value } = await this.#read(observer)
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
      cancel: async (reason: unknown) => {
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

  /**
   * Calls a method of their response, to which this one's lock is that of what is behind it. It may read that, or have
   * another stream put in its place: then this one is locked as well.
   */
  alike<T>(call: () => T): T {
    const isHeld = this.stream.locked && !this.#source.locked
    const held = isHeld ? this.#source.getReader() : undefined
    try {
      return call()
    } finally {
      held?.releaseLock()
      if (this.#source.locked && !this.#reader && !this.stream.locked) {
        this.stream.getReader()
      }
    }
  }

  async #read(observer: StreamObserver): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      return await this.reader().read()
    } catch (error) {
      guard(() => observer.fail(error))
      throw error
    }
  }
}
