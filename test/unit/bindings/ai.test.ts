import { expect, it, vi } from 'vitest'
import { inRequest } from './in-request.ts'

const MODEL = '@cf/meta/llama-3.1-8b-instruct'

/** Of the shape of the class in the types of Workers AI. */
const aiOf = (answer: unknown) => ({
  run: vi.fn(async (_model: string, _inputs?: unknown, _options?: unknown) => answer),
  models: vi.fn(async () => []),
  gateway: vi.fn(() => ({ run: async () => 'gateway' })),
  toMarkdown: vi.fn(async () => []),
})

const textOf = (chunks: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    type: 'bytes',
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(new TextEncoder().encode(chunk))
      }
      controller.close()
    },
  })

const EVENTS = [
  'data: {"response":"secret \\"prompt_tokens\\":99"}\n\n',
  'data: {"response":"","usage":{"prompt_tokens":7,"comple',
  'tion_tokens":3,"total_tokens":10}}\n\n',
  'data: [DONE]\n\n',
]

it('a chat has the names of the GenAI conventions, and neither question nor answer', async () => {
  const AI = aiOf({
    response: 'secret answer',
    usage: { prompt_tokens: 12, completion_tokens: 34 },
  })
  const inputs = { messages: [{ role: 'user', content: 'secret question' }], max_tokens: 99 }
  const { value, spans, points } = await inRequest({ AI }, (env) => env.AI.run(MODEL, inputs))
  expect(value).toMatchObject({ response: 'secret answer' })
  expect(AI.run.mock.calls[0]?.[1]).toBe(inputs)
  expect(spans).toHaveLength(1)
  expect(spans[0]?.name).toBe(`chat ${MODEL}`)
  expect(spans[0]?.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'cloudflare.workers_ai',
    'gen_ai.request.model': MODEL,
    'gen_ai.request.max_tokens': 99,
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.usage.output_tokens': 34,
    'cloudflare.binding.type': 'AI',
    'cloudflare.binding.name': 'AI',
  })
  const common = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'cloudflare.workers_ai',
    'gen_ai.request.model': MODEL,
  }
  expect(await points('gen_ai.client.operation.duration')).toMatchObject([
    { count: 1, attributes: common },
  ])
  const usage = await points('gen_ai.client.token.usage')
  expect(usage.map(({ attributes, sum }) => [attributes, sum])).toEqual([
    [{ ...common, 'gen_ai.token.type': 'input' }, 12],
    [{ ...common, 'gen_ai.token.type': 'output' }, 34],
  ])
})

it.each([
  [MODEL, { prompt: 'a' }, 'text_completion'],
  ['@cf/baai/bge-base-en-v1.5', { text: ['a'] }, 'embeddings'],
  ['@cf/black-forest-labs/flux-1-schnell', { prompt: 'a' }, 'generate_content'],
  ['@cf/openai/whisper', { audio: [1] }, 'generate_content'],
])('the operation of %s is told by its inputs', async (model, inputs, operation) => {
  const { spans } = await inRequest({ AI: aiOf({}) }, (env) => env.AI.run(model, inputs))
  expect(spans[0]?.name).toBe(`${operation} ${model}`)
  expect(spans[0]?.attributes).not.toHaveProperty('gen_ai.usage.input_tokens')
})

it('a streamed answer goes through, and its span ends with it, with the tokens it told last', async () => {
  const { value, spans, points } = await inRequest({ AI: aiOf(textOf(EVENTS)) }, (env) =>
    env.AI.run(MODEL, { prompt: 'a', stream: true }),
  )
  expect(spans).toEqual([])
  expect(await new Response(value as ReadableStream).text()).toBe(EVENTS.join(''))
  expect(spans).toHaveLength(1)
  expect(spans[0]?.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 3,
    'gen_ai.response.time_to_first_chunk': expect.any(Number),
  })
  expect(JSON.stringify(spans[0]?.attributes)).not.toContain('secret')
  expect(await points('gen_ai.client.token.usage')).toHaveLength(2)
})

it('a streamed answer can still be read into memory of the reader', async () => {
  const { value, spans } = await inRequest({ AI: aiOf(textOf(['abc'])) }, (env) =>
    env.AI.run(MODEL, { prompt: 'a', stream: true }),
  )
  const reader = (value as ReadableStream<Uint8Array>).getReader({ mode: 'byob' })
  const first = await reader.read(new Uint8Array(2))
  const second = await reader.read(new Uint8Array(2))
  expect([...(first.value ?? []), ...(second.value ?? [])]).toEqual([97, 98, 99])
  expect((await reader.read(new Uint8Array(2))).done).toBe(true)
  expect(spans).toHaveLength(1)
})

it('a stream of something else than bytes goes through too', async () => {
  const stream = new ReadableStream<string>({
    start(controller) {
      controller.enqueue('text')
      controller.close()
    },
  })
  const { value } = await inRequest({ AI: aiOf(stream) }, (env) => env.AI.run(MODEL, {}))
  const reader = (value as ReadableStream<string>).getReader()
  expect((await reader.read()).value).toBe('text')
})

it('a stream that is cancelled ends its span, and the source is cancelled', async () => {
  const cancel = vi.fn()
  const stream = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(1)), cancel })
  const { value, spans } = await inRequest({ AI: aiOf(stream) }, (env) => env.AI.run(MODEL, {}))
  await (value as ReadableStream).cancel('enough')
  expect(cancel).toHaveBeenCalledWith('enough')
  expect(spans[0]?.attributes['hono.stream.outcome']).toBe('cancel')
})

it('a stream that fails ends its span with the error, which the reader gets', async () => {
  const stream = new ReadableStream({
    pull() {
      throw new RangeError('model died')
    },
  })
  const { value, spans } = await inRequest({ AI: aiOf(stream) }, (env) => env.AI.run(MODEL, {}))
  await expect(new Response(value as ReadableStream).text()).rejects.toThrow('model died')
  expect(spans).toHaveLength(1)
  expect(spans[0]?.attributes['error.type']).toBe('RangeError')
})

it('a raw response is the caller’s, and a failure by its status', async () => {
  const response = new Response('secret', { status: 429 })
  const { value, spans } = await inRequest({ AI: aiOf(response) }, (env) =>
    env.AI.run(MODEL, { prompt: 'a' }, { returnRawResponse: true }),
  )
  expect(value).toBe(response)
  expect(spans[0]?.attributes).toMatchObject({
    'http.response.status_code': 429,
    'error.type': '429',
  })
  expect(spans[0]?.status.code).toBe(2)
})

it('what else the binding offers is as it was', async () => {
  const AI = aiOf({})
  const { value } = await inRequest({ AI }, async (env) => [
    await env.AI.models(),
    await env.AI.gateway().run(),
  ])
  expect(value).toEqual([[], 'gateway'])
  expect(AI.gateway.mock.contexts[0]).toBe(AI)
})
