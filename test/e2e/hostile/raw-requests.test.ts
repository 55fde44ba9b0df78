import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('./raw-requests/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

/** Sends bytes as they are, which no `fetch` would, and reads until the connection ends. */
const sendRaw = (head: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(worker.url)
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.from(head, 'latin1'))
      if (!head.endsWith('\r\n\r\n')) {
        socket.end()
      }
    })
    socket.setTimeout(10_000, () => reject(new Error(`No answer to ${head.slice(0, 80)}`)))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => resolve(''))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })

const request = (line: string, ...headers: string[]): string =>
  `${[line, 'Host: shop.test', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const LONG = 50_000

// biome-ignore format: a table
const REQUESTS: Record<string, string> = {
  'two traceparents': request('GET /seen/a HTTP/1.1', `traceparent: ${TRACEPARENT}`, `traceparent: ${TRACEPARENT}`),
  'a folded traceparent': request('GET /seen/b HTTP/1.1', `traceparent: ${TRACEPARENT}\r\n more`),
  'bytes above ASCII': request('GET /seen/c HTTP/1.1', 'x-seen: \xff\xfe\xc2\x9b2J', 'baggage: a=\xff', 'tracestate: \xff=1', 'x-request-id: \xe9'),
  'control characters': request('GET /seen/d HTTP/1.1', 'x-seen: a\x1b[31m\x07', 'x-request-id: a\x0bb'),
  'a long header': request('GET /seen/e HTTP/1.1', `x-seen: ${'x'.repeat(LONG)}`),
  'a long baggage': request('GET /seen/f HTTP/1.1', `baggage: ${'a=1,'.repeat(LONG / 4)}`),
  'a long tracestate': request('GET /seen/g HTTP/1.1', `traceparent: ${TRACEPARENT}`, `tracestate: ${'a=1,'.repeat(LONG / 4)}`),
  'a long URL': request(`GET /seen/${'x/'.repeat(LONG / 2)}?${'a=b&'.repeat(1000)} HTTP/1.1`),
  'a hostile path': request('GET /seen/%0d%0aX-Injected:%201/%00/%1b[2J/../%e2%80%a8?k=%0aforged&token=s3cret HTTP/1.1'),
  'names of the prototype': request('GET /seen/h?k=__proto__&constructor=1 HTTP/1.1', 'baggage: __proto__=1,constructor=2'),
  'a method of its own': request('BREW /seen/i HTTP/1.1'),
  'a long method': request(`${'X'.repeat(2000)} /seen/j HTTP/1.1`),
  'a target that is no path': request('GET http://other.test/seen/k HTTP/1.1'),
  'no target': request('GET  HTTP/1.1'),
  'many headers': request('GET /seen/l HTTP/1.1', ...Array.from({ length: 500 }, (_, i) => `x-${i}: ${i}`)),
  'a probe with a long Accept': request('GET /health HTTP/1.1', `Accept: ${'text/plain,'.repeat(LONG / 11)}`),
  'a scrape with a long Accept': request('GET /metrics HTTP/1.1', `Accept: ${'a/b;q=0.1,'.repeat(LONG / 10)}`),
  'a tag that is no tag': request('GET /health?tag=__proto__ HTTP/1.1'),
  'half a request': 'GET /seen/m HTTP/1.1\r\nHost: shop.te',
}

it.each(Object.entries(REQUESTS))(
  '%s is answered, or refused by the server',
  async (name, bytes) => {
    const answer = await sendRaw(bytes)
    const [head = ''] = answer.split('\r\n\r\n')
    expect(answer === '' || /^HTTP\/1\.1 (200|400|404|405|414|431|501) /.test(head), head).toBe(
      true,
    )
    expect(head).not.toMatch(/^x-injected/im)
    expect(head.match(/^x-request-id: .*$/gim)?.length ?? 0).toBeLessThanOrEqual(1)
    if (name.startsWith('a long') || name.startsWith('two')) {
      expect(head).toMatch(/^HTTP\/1\.1 (200|4|501)/)
    }
  },
)

it('what was recorded of them is legal, and shows no secret', async () => {
  expect(await (await fetch(`${worker.url}/seen/last`)).text()).toBe('seen')
  // Spans of all, then the log records of all, an access line of each among them.
  const isLast = ({ attributes }: { attributes: Record<string, unknown> }) =>
    attributes['url.path'] === '/seen/last'
  await sink.waitFor(() => sink.spans().some(isLast) && sink.logRecords().some(isLast), 10_000)
  // Reading decodes strictly.
  const spans = sink.spans()
  expect(spans.length).toBeGreaterThan(10)
  expect(sink.logRecords().length).toBeGreaterThan(10)
  expect(sink.metrics().length).toBeGreaterThan(0)
  const text = JSON.stringify([spans, sink.logRecords()], (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  expect(text).not.toContain('s3cret')
  for (const { name, attributes } of spans) {
    expect(name).toMatch(/^(GET|HTTP)( \/seen\/\*)?$/)
    for (const value of Object.values(attributes)) {
      expect(String(value).length).toBeLessThanOrEqual(16_384)
    }
  }
})

it('each line of the log is one record', async () => {
  await worker.restart()
  const lines = worker
    .logs()
    .split('\n')
    .filter((line) => line.includes('"level"'))
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
    expect(JSON.parse(line)['service.name']).toBe('raw')
  }
})
