import type { Context, Env } from 'hono'
import { describeThrown } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import type { ResourceMetrics } from '../export/aggregator/protocol.ts'
import { acceptsGzip } from './negotiate.ts'

/** Shorter bodies are sent as they are, in characters. */
const MIN_GZIP_LENGTH = 1024

/** The totals as JSON. A resource whose metrics do not come in one piece is there more than once. */
export async function* jsonChunks(
  groups: Iterable<readonly ResourceMetrics[]> | AsyncIterable<readonly ResourceMetrics[]>,
): AsyncGenerator<string> {
  let open: string | undefined
  let comma = ''
  yield '{"resources":['
  for await (const group of groups) {
    for (const { resource, metrics } of group) {
      const head = JSON.stringify(resource)
      if (head !== open) {
        yield `${open === undefined ? '' : ']},'}{"resource":${head},"metrics":[`
        open = head
        comma = ''
      }
      for (const metric of metrics) {
        yield comma + JSON.stringify(metric)
        comma = ','
      }
    }
  }
  yield open === undefined ? ']}' : ']}]}'
}

/**
 * Answers with text as it is made: no more of it is held than the client has room for. What fails before the first
 * kilobyte rejects; what fails later breaks the answer off, so that it is not taken for whole.
 */
export const streamAnswer = async <E extends Env>(
  c: Context<E>,
  chunks: AsyncGenerator<string>,
  contentType: string,
): Promise<Response> => {
  const headers: Record<string, string> = {
    'Content-Type': contentType,
    Vary: 'Accept, Accept-Encoding',
  }
  let head = ''
  let isDone = false
  while (!isDone && head.length < MIN_GZIP_LENGTH) {
    const { done, value } = await chunks.next()
    isDone = done === true
    head += value ?? ''
  }
  const isGzipped = head.length >= MIN_GZIP_LENGTH && acceptsGzip(c.req.header('Accept-Encoding'))
  if (c.req.method === 'HEAD') {
    await chunks.return(undefined)
    isDone = true
  }
  if (isDone && !isGzipped) {
    return c.body(head, 200, headers)
  }
  const plain = streamOf(head, chunks)
  headers['Cache-Control'] = 'no-store'
  if (!isGzipped) {
    return new Response(plain, { headers })
  }
  headers['Content-Encoding'] = 'gzip'
  const stream = plain.pipeThrough(new CompressionStream('gzip'))
  // Workers would compress what says it is compressed, unless told not to.
  return new Response(stream, { headers, encodeBody: 'manual' } as ResponseInit)
}

const streamOf = (
  head: string,
  chunks: AsyncGenerator<string>,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const encoder = new TextEncoder()
  let first: string | undefined = head
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (first !== undefined) {
          controller.enqueue(encoder.encode(first) as Uint8Array<ArrayBuffer>)
          first = undefined
          return
        }
        try {
          const { done, value } = await chunks.next()
          if (done) {
            controller.close()
          } else {
            controller.enqueue(encoder.encode(value) as Uint8Array<ArrayBuffer>)
          }
        } catch (error) {
          warnOnce(`the metrics cannot be read to their end: ${describeThrown(error)}`)
          controller.error(error)
        }
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
