import { Writable } from 'node:stream'

/*
 * What Lambda's runtime for Node puts into the global `awslambda`, as its documentation and its published client say: a
 * handler that streams is marked by a symbol, and the metadata of a response comes first, before eight zero bytes.
 */

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming')

export class ResponseStream extends Writable {
  readonly chunks: Buffer[] = []
  contentType: string | undefined

  constructor() {
    super({
      write: (chunk, _encoding, done) => {
        this.chunks.push(Buffer.from(chunk))
        done()
      },
    })
  }

  setContentType(type: string): void {
    this.contentType = type
  }
}

export const awslambda = {
  streamifyResponse(handler: object): object {
    return Object.assign(handler, { [STREAMING]: 'response' })
  },
  HttpResponseStream: {
    from(stream: ResponseStream, prelude: unknown): ResponseStream {
      stream.setContentType('application/vnd.awslambda.http-integration-response')
      stream.write(JSON.stringify(prelude))
      stream.write(new Uint8Array(8))
      return stream
    },
  },
}

/** Whether the runtime would call it with a stream to answer through. */
export const isStreaming = (handler: object): boolean =>
  (handler as Record<symbol, unknown>)[STREAMING] === 'response'

/** Calls a streaming handler as the runtime does, and says what was sent when the stream ended and when it was over. */
export const callStreaming = async (handler: object, event: unknown, context: unknown) => {
  const stream = new ResponseStream()
  let endedMs = 0
  stream.on('finish', () => {
    endedMs = performance.now()
  })
  await (handler as (...args: unknown[]) => Promise<unknown>)(event, stream, context)
  return { bytes: Buffer.concat(stream.chunks).toString(), endedMs, overMs: performance.now() }
}
