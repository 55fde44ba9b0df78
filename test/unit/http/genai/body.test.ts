import { Hono } from 'hono'
import { observability, restoreGlobalFetch } from 'hono-observability'
import { genai } from 'hono-observability/genai'
import { type CapturedResponse, captured } from 'hono-observability/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerAsModel } from '../../../support/models/server.ts'

let answer: (request: Request) => Response | Promise<Response> = answerAsModel
/** What the runtime gave, before anybody has it. */
let native: Response | undefined

beforeEach(() => {
  restoreGlobalFetch()
  answer = answerAsModel
  vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
    native = await answer(new Request(...args))
    return native
  })
})

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions'

const ask = (more: object = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(URL_OF_CHAT, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more }),
    ...init,
  })

const STREAM = { stream: true, stream_options: { include_usage: true } }

const record = async (
  work: (app: Response) => unknown,
  more: object = {},
): Promise<CapturedResponse & { result: unknown }> => {
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'bodies' },
      logs: false,
      traces: { fetch: true, genai: genai() },
    }),
  )
  let fault: unknown
  app.onError((error) => {
    fault = error
    return new Response(null, { status: 500 })
  })
  let result: unknown
  app.get('/', async (c) => {
    result = await work(await ask(more))
    return result instanceof Response ? result : c.text('ok')
  })
  const recorded = await captured(app, 'http://shop.test/')
  if (fault) {
    throw fault
  }
  return { ...recorded, result }
}

const chat = ({ spans }: CapturedResponse) => spans.find(({ name }) => name === 'chat m')

/** As without us: asked of what answers, by nobody but this test. */
const plainText = async (more: object): Promise<string> =>
  (
    await answerAsModel(
      new Request(URL_OF_CHAT, {
        method: 'POST',
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more }),
      }),
    )
  ).text()

const readAll = async (stream: ReadableStream<Uint8Array> | null): Promise<string> => {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream ?? []) {
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

const WAYS: readonly (readonly [string, (response: Response) => Promise<string>])[] = [
  ['text()', (response) => response.text()],
  ['arrayBuffer()', async (response) => new TextDecoder().decode(await response.arrayBuffer())],
  ['bytes()', async (response) => new TextDecoder().decode(await response.bytes())],
  ['a loop over the body', (response) => readAll(response.body)],
  [
    'a reader',
    async (response) => {
      const reader = response.body?.getReader()
      const decoder = new TextDecoder()
      let text = ''
      for (;;) {
        const { done, value } = (await reader?.read()) ?? {}
        if (done) {
          return text
        }
        text += decoder.decode(value, { stream: true })
      }
    },
  ],
]

describe.each(WAYS)('an answer that is read by %s', (_, read) => {
  it.each<[string, object]>([
    ['at once', {}],
    ['as it is made', STREAM],
  ])('and comes %s is the same, and its tokens are known', async (_, more) => {
    const recorded = await record(read, more)
    expect(recorded.result).toBe(await plainText(more))
    expect(chat(recorded)?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 19,
      'gen_ai.usage.output_tokens': 10,
    })
    expect(chat(recorded)?.attributes).not.toHaveProperty('hono.incomplete')
  })
})

describe.each<[string, (body: ReadableStream<Uint8Array>) => Promise<string>]>([
  ['pipeThrough', async (body) => readStrings(body.pipeThrough(new TextDecoderStream() as never))],
  ['tee', async (body) => (await Promise.all(body.tee().map(readAll)))[0] as string],
  ['another response', (body) => new Response(body).text()],
  [
    'a reader with memory of its own',
    async (body) => {
      const reader = body.getReader({ mode: 'byob' })
      const decoder = new TextDecoder()
      let text = ''
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(33))
        text += decoder.decode(value, { stream: true })
        if (done) {
          return text
        }
      }
    },
  ],
])('a stream that goes through %s', (_, read) => {
  it('is the same, and its tokens are known', async () => {
    const recorded = await record(({ body }) => read(body as ReadableStream<Uint8Array>), STREAM)
    expect(recorded.result).toBe(await plainText(STREAM))
    expect(chat(recorded)?.attributes).toMatchObject({ 'gen_ai.usage.output_tokens': 10 })
  })
})

const readStrings = async (stream: ReadableStream<string>): Promise<string> => {
  let text = ''
  for await (const chunk of stream) {
    text += chunk
  }
  return text
}

it('the response is the very one that the runtime gave', async () => {
  await record(async (response) => {
    expect(response).toBe(native)
    expect(response.body).toBe(response.body)
    expect(response.bodyUsed).toBe(false)
    expect(Object.keys(response)).toEqual([])
    await response.text()
    expect(response.bodyUsed).toBe(true)
    await expect(response.text()).rejects.toThrow(TypeError)
  }, STREAM)
})

it('a body in use is refused to others, as ever', async () => {
  await record(async (response) => {
    const reader = response.body?.getReader()
    await expect(response.text()).rejects.toThrow(TypeError)
    await reader?.cancel()
  }, STREAM)
})

it('nothing is read before its reader asks, and a reader that leaves is told to the source', async () => {
  const told: unknown[] = []
  let pulled = 0
  answer = () =>
    new Response(
      new ReadableStream(
        {
          pull(controller) {
            pulled++
            controller.enqueue(new TextEncoder().encode(`data: {"id":"${pulled}"}\n\n`))
          },
          cancel: (reason) => void told.push(reason),
        },
        { highWaterMark: 0 },
      ),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  const recorded = await record(async (response) => {
    const reader = response.body?.getReader()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(pulled).toBe(0)
    await reader?.read()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(pulled).toBe(1)
    await reader?.cancel('enough')
  }, STREAM)
  expect(told).toEqual(['enough'])
  expect(chat(recorded)?.attributes).toMatchObject({
    'gen_ai.response.id': '1',
    'hono.stream.outcome': 'cancel',
  })
})

it('a source that fails fails for its reader, and for the span', async () => {
  const fault = new RangeError('lost')
  answer = () =>
    new Response(
      new ReadableStream({
        pull() {
          throw fault
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  const recorded = await record(
    (response) =>
      response.body
        ?.getReader()
        .read()
        .catch((error: unknown) => error),
    STREAM,
  )
  expect(recorded.result).toBe(fault)
  expect(chat(recorded)).toMatchObject({
    status: 'error',
    attributes: { 'error.type': 'RangeError' },
  })
})

it('an answer that the app hands on unread ends with the request, and says that it was not seen', async () => {
  const recorded = await record((response) => response)
  expect(await recorded.response.text()).toBe(await plainText({}))
  expect(chat(recorded)?.attributes).toMatchObject({ 'hono.incomplete': true })
})

it('a stream that is asked for and that nobody reads ends a second after the request', async () => {
  const recorded = await record(async ({ body }) => expect(body).toBeTruthy(), STREAM)
  expect(recorded.unfinished).toEqual([])
  expect(chat(recorded)?.attributes).toMatchObject({ 'hono.incomplete': true })
  expect(chat(recorded)?.durationMs).toBeGreaterThan(900)
})

it.each<[string, (response: Response) => Response]>([
  ['as it is', (response) => response],
  ['in a response of its own', ({ body, headers }) => new Response(body, { headers })],
])('a stream that the app hands on %s is seen', async (_, answerWith) => {
  const recorded = await record(answerWith, STREAM)
  expect(await recorded.response.text()).toBe(await plainText(STREAM))
  expect(chat(recorded)?.attributes).toMatchObject({ 'gen_ai.usage.output_tokens': 10 })
})

it('a request that gets no answer fails with what it failed with', async () => {
  answer = () => Promise.reject(new TypeError('refused'))
  const app = new Hono()
  app.use(observability({ logs: false, traces: { fetch: true, genai: genai() } }))
  app.get('/', async (c) => c.text(await ask().then(() => 'ok', String)))
  const recorded = await captured(app, 'http://shop.test/')
  expect(await recorded.response.text()).toBe('TypeError: refused')
  expect(chat(recorded)).toMatchObject({
    status: 'error',
    attributes: { 'error.type': 'TypeError' },
  })
})

describe('what is too large', () => {
  it('a question of more than a megabyte is not read', async () => {
    const recorded = await record((response) => response.text(), { padding: 'x'.repeat(1_048_577) })
    expect(chat(recorded)).toBeUndefined()
    const { attributes } = recorded.spans.find(({ name }) => name === 'chat') ?? {}
    expect(attributes).toMatchObject({ 'gen_ai.response.model': 'm-2026-04-14' })
    expect(attributes).not.toHaveProperty('gen_ai.request.model')
  })

  it('an answer of more than a megabyte is passed on and not read', async () => {
    const body = JSON.stringify({ id: 'x', padding: 'x'.repeat(1_048_577) })
    answer = () => new Response(body, { headers: { 'content-type': 'application/json' } })
    for (const read of [WAYS[0], WAYS[4]]) {
      const recorded = await record((response) => read?.[1](response))
      expect(recorded.result).toBe(body)
      expect(chat(recorded)?.attributes).not.toHaveProperty('gen_ai.response.id')
    }
  })

  it('an event of more than a megabyte is passed over, the next is read', async () => {
    const text = [
      'data: {"id":"first"}',
      `data: {"usage":{"prompt_tokens":1},"x":"${'x'.repeat(1_048_577)}"}`,
      'data: {"usage":{"prompt_tokens":2}}',
      '',
    ].join('\r\n')
    answer = () =>
      new Response(new Blob([text]).stream(), { headers: { 'content-type': 'text/event-stream' } })
    const recorded = await record(({ body }) => readAll(body), STREAM)
    expect(recorded.result).toBe(text)
    expect(chat(recorded)?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 2 })
  })

  it('names are cut at 255 characters, and no more than 128 reasons are told', async () => {
    answer = () =>
      Response.json({
        id: 'i'.repeat(300),
        choices: Array.from({ length: 200 }, (_, index) => ({ index, finish_reason: 'stop' })),
      })
    const { 'gen_ai.response.id': id, 'gen_ai.response.finish_reasons': reasons } =
      chat(await record((response) => response.json()))?.attributes ?? {}
    expect(id).toHaveLength(255)
    expect(reasons).toHaveLength(128)
  })
})

it.each<[string, unknown]>([
  ['no JSON', 'oops'],
  ['null', null],
  ['a list', [1, null, 'x']],
  ['wrong types', { id: 7, model: {}, choices: 'x', usage: { prompt_tokens: 'many' }, error: [] }],
])('an answer that is %s changes nothing', async (_, body) => {
  answer = () => Response.json(body)
  const recorded = await record((response) => response.json())
  expect(recorded.result).toEqual(body)
  expect(chat(recorded)?.attributes).not.toHaveProperty('gen_ai.usage.input_tokens')
})
