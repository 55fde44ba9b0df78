import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Models, startModels } from '../support/models/start.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WAIT_MS = 15_000

let sink: Sink
let models: Models
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  models = await startModels()
  worker = await startWorker({
    entry: new URL('genai/worker.ts', import.meta.url),
    vars: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      MODELS: `http://127.0.0.1:${models.port}`,
    },
  })
})

afterAll(async () => {
  await worker?.stop()
  models?.close()
  await sink?.close()
})

/** Headers as they are sent, and the body. */
const raw = async (path: string, header = ''): Promise<{ head: string[]; body: string }> => {
  const { hostname, port } = new URL(worker.url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n${header}\r\n`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'close')
  const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  return {
    head: head.split('\r\n').filter((line) => !/^date:/i.test(line)),
    // Where a chunk ends is the network's doing.
    body: /transfer-encoding: chunked/i.test(head) ? dechunked(body) : body,
  }
}

const dechunked = (text: string): string => {
  let left = Buffer.from(text)
  let body = ''
  for (;;) {
    const end = left.indexOf('\r\n')
    const size = Number.parseInt(left.subarray(0, end).toString(), 16)
    if (!size) {
      return body
    }
    body += left.subarray(end + 2, end + 2 + size).toString('latin1')
    left = left.subarray(end + 4 + size)
  }
}

describe.each(['json', 'stream'])('an answer as %s', (kind) => {
  it.each<[string, boolean]>([
    ['whole', false],
    ['body', kind === 'stream'],
    ['piped', kind === 'stream'],
    ['read', true],
    ['loop', true],
  ])('that is handed on by /%s is sent as without us', async (way, isSeen) => {
    sink.clear()
    const path = `/${way}/${kind}`
    expect(await raw(path)).toEqual(await raw(path, 'X-Plain: 1\r\n'))
    await sink.waitFor(() => sink.spans().some(({ name }) => name === 'chat m'), WAIT_MS)
    const { attributes } = sink.spans().find(({ name }) => name === 'chat m') ?? {}
    expect([attributes?.['gen_ai.usage.output_tokens'], attributes?.['hono.incomplete']]).toEqual(
      isSeen ? [10, undefined] : [undefined, true],
    )
  })
})

describe('whatever is done with an answer has the outcome that it has without us', () => {
  it.each(['/made', '/fetched'])('%s', async (path) => {
    const alike = await startWorker({
      entry: new URL('genai/alike-worker.ts', import.meta.url),
      vars: { MODELS: `http://127.0.0.1:${models.port}` },
    })
    try {
      expect(await (await fetch(new URL(path, alike.url))).json()).toEqual([])
    } finally {
      await alike.stop()
    }
  })
})
