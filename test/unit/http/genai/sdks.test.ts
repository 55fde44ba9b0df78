import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, streamText } from 'ai'
import { Hono } from 'hono'
import { type ObservabilityOptions, observability, restoreGlobalFetch } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { type GenaiOptions, genai } from 'hono-observability/genai'
import { type CapturedResponse, captured } from 'hono-observability/testing'
import { usage } from 'hono-observability/usage'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerAsModel } from '../../../support/models/server.ts'

beforeEach(() => {
  restoreGlobalFetch()
  vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => answerAsModel(new Request(...args)))
})

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

/** What an app records that does this in a request. */
const record = async (
  work: () => Promise<unknown>,
  options: GenaiOptions = {},
  more: ObservabilityOptions = {},
): Promise<CapturedResponse & { answer: unknown }> => {
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'models' },
      logs: false,
      ...more,
      traces: { fetch: true, genai: genai(options) },
    }),
  )
  let fault: unknown
  app.onError((error) => {
    fault = error
    return new Response(null, { status: 500 })
  })
  let answer: unknown
  app.get('/', async (c) => {
    answer = await work()
    return c.text('ok')
  })
  const recorded = await captured(app, 'http://shop.test/')
  if (fault) {
    throw fault
  }
  return { ...recorded, answer }
}

/** Spans as a tree, by name. */
const treeOf = ({ spans }: CapturedResponse, parent?: string): unknown[] =>
  spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, spanId }) => [name, ...treeOf({ spans } as CapturedResponse, spanId)])

const modelSpan = ({ spans }: CapturedResponse) =>
  spans.find(({ attributes }) => attributes['gen_ai.operation.name'])

const OPENAI = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5',
  'gen_ai.response.model': 'gpt-5-2026-04-14',
  'server.address': 'api.openai.com',
  'server.port': 443,
}

const CHAT = {
  ...OPENAI,
  'openai.api.type': 'chat_completions',
  'openai.response.service_tier': 'default',
  'openai.response.system_fingerprint': 'fp_44709d6fcb',
  'gen_ai.response.id': 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cache_read.input_tokens': 16,
  'gen_ai.usage.reasoning.output_tokens': 4,
}

const RESPONSE = {
  ...OPENAI,
  'openai.api.type': 'responses',
  'gen_ai.response.id': 'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
  'gen_ai.response.finish_reasons': ['completed'],
  'gen_ai.usage.input_tokens': 36,
  'gen_ai.usage.output_tokens': 87,
  'gen_ai.usage.cache_read.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 0,
}

const CLAUDE = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-5',
  'gen_ai.request.max_tokens': 99,
  'gen_ai.response.id': 'msg_01XFDUDYJgAACzvnptvVoYEL',
  'gen_ai.response.model': 'claude-sonnet-5',
  'gen_ai.response.finish_reasons': ['end_turn'],
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 15,
  'server.address': 'api.anthropic.com',
  'server.port': 443,
}

const STREAMED = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': expect.any(Number),
}

const openai = () => new OpenAI({ apiKey: 'sk-secret', maxRetries: 0 })
/** Without spans of its own. */
const anthropic = (openTelemetry: false | object = false) =>
  new Anthropic({ apiKey: 'sk-ant-secret', maxRetries: 0, openTelemetry })
const QUESTION = [{ role: 'user' as const, content: 'secret question' }]

const collect = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
  const events = []
  for await (const event of stream) {
    events.push(event)
  }
  return events
}

describe('a question by the SDK of OpenAI', () => {
  it.each<[string, () => Promise<unknown>, object, number]>([
    [
      'for a completion',
      () =>
        openai().chat.completions.create({
          model: 'gpt-5',
          messages: QUESTION,
          temperature: 0.5,
          max_completion_tokens: 50,
          n: 2,
          stop: 'END',
          seed: 7,
          response_format: { type: 'json_object' },
        }),
      {
        ...CHAT,
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.max_tokens': 50,
        'gen_ai.request.choice.count': 2,
        'gen_ai.request.stop_sequences': ['END'],
        'gen_ai.request.seed': 7,
        'gen_ai.output.type': 'json',
      },
      1,
    ],
    [
      'for a streamed completion',
      async () =>
        collect(
          await openai().chat.completions.create({
            model: 'gpt-5',
            messages: QUESTION,
            stream: true,
            stream_options: { include_usage: true },
          }),
        ),
      { ...CHAT, ...STREAMED },
      5,
    ],
    [
      'for a response',
      () => openai().responses.create({ model: 'gpt-5', input: 'secret question' }),
      RESPONSE,
      1,
    ],
    [
      'for a streamed response',
      async () =>
        collect(
          await openai().responses.create({
            model: 'gpt-5',
            input: 'secret question',
            stream: true,
          }),
        ),
      { ...RESPONSE, ...STREAMED },
      3,
    ],
  ])('%s has one span, with the request below it', async (_, ask, attributes, events) => {
    const recorded = await record(ask)
    expect(treeOf(recorded)).toEqual([['GET /', ['chat gpt-5', ['POST']]]])
    expect(modelSpan(recorded)).toMatchObject({ kind: 'client', status: 'unset' })
    expect(modelSpan(recorded)?.attributes).toEqual(attributes)
    expect([recorded.answer].flat()).toHaveLength(events)
    const { spans, metrics } = recorded
    expect(JSON.stringify([spans, metrics])).not.toMatch(/secret question|peaceful|sk-secret|Grüße/)
  })

  it('for embeddings has its own name and no output', async () => {
    const recorded = await record(() =>
      openai().embeddings.create({
        model: 'text-embedding-3-small',
        input: 'secret',
        encoding_format: 'float',
        dimensions: 2,
      }),
    )
    expect(treeOf(recorded)).toEqual([['GET /', ['embeddings text-embedding-3-small', ['POST']]]])
    expect(modelSpan(recorded)?.attributes).toEqual({
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.request.encoding_formats': ['float'],
      'gen_ai.embeddings.dimension.count': 2,
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 8,
      'server.address': 'api.openai.com',
      'server.port': 443,
    })
  })

  it('that is refused has an error by its status', async () => {
    const recorded = await record(() =>
      openai()
        .chat.completions.create({
          model: 'gpt-5',
          messages: [{ role: 'user', content: 'fail' }],
        })
        .catch((error: Error) => error.message),
    )
    expect(recorded.answer).toBe('429 Rate limit reached')
    expect(modelSpan(recorded)).toMatchObject({
      status: 'error',
      attributes: { 'error.type': '429' },
    })
    expect(
      recorded.metrics.find(({ name }) => name === 'gen_ai.client.operation.duration')?.attributes,
    ).toMatchObject({ 'error.type': '429', 'gen_ai.request.model': 'gpt-5' })
  })
})

describe('a question by the SDK of Anthropic', () => {
  const ask = { model: 'claude-sonnet-5', max_tokens: 99, messages: QUESTION }

  it('has one span, whose input has what the cache held', async () => {
    const recorded = await record(() => anthropic().messages.create(ask))
    expect(treeOf(recorded)).toEqual([['GET /', ['chat claude-sonnet-5', ['POST']]]])
    expect(modelSpan(recorded)?.attributes).toEqual({
      ...CLAUDE,
      'gen_ai.usage.cache_read.input_tokens': 2,
      'gen_ai.usage.cache_creation.input_tokens': 3,
    })
  })

  it('is the same when streamed, with the time to its first chunk', async () => {
    const recorded = await record(() => anthropic().messages.stream(ask).finalText())
    expect(recorded.answer).toBe('Hello "stop_reason":"x"')
    expect(treeOf(recorded)).toEqual([['GET /', ['chat claude-sonnet-5', ['POST']]]])
    expect(modelSpan(recorded)?.attributes).toEqual({
      ...CLAUDE,
      ...STREAMED,
      'gen_ai.usage.cache_read.input_tokens': 5,
    })
  })

  it('is told on the span that the SDK makes by itself, if it does, and not on a second', async () => {
    const recorded = await record(async () => {
      const claude = anthropic({})
      await claude.messages.create(ask)
      await claude.messages.stream(ask).finalText()
    })
    const call = ['anthropic.messages.create', ['POST']]
    expect(treeOf(recorded)).toEqual([['GET /', call, call]])
    const calls = recorded.spans.filter(({ name }) => name === 'anthropic.messages.create')
    for (const { attributes } of calls) {
      expect(attributes).toMatchObject(CLAUDE)
    }
    expect(
      recorded.metrics.find(({ name }) => name === 'gen_ai.client.operation.duration'),
    ).toMatchObject({ count: 2 })
  })

  it('fails with what the stream says, though it began well', async () => {
    const messages = [{ role: 'user' as const, content: 'overload' }]
    const recorded = await record(() =>
      anthropic()
        .messages.stream({ ...ask, messages })
        .finalText()
        .catch(() => 'failed'),
    )
    expect(recorded.answer).toBe('failed')
    expect(modelSpan(recorded)).toMatchObject({
      status: 'error',
      attributes: { 'error.type': 'overloaded_error', 'gen_ai.usage.input_tokens': 30 },
    })
  })

  it('that is left in the middle ends as cancelled, with what was told so far', async () => {
    const recorded = await record(async () => {
      for await (const event of await anthropic().messages.create({ ...ask, stream: true })) {
        if (event.type === 'content_block_start') {
          break
        }
      }
    })
    expect(modelSpan(recorded)).toMatchObject({
      status: 'unset',
      attributes: { 'hono.stream.outcome': 'cancel', 'gen_ai.usage.input_tokens': 30 },
    })
  })
})

describe('a question by Vercel’s `ai`', () => {
  const model = () => createOpenAI({ apiKey: 'sk-secret' })

  it('has one span, at once and streamed', async () => {
    const recorded = await record(async () => {
      const one = await generateText({ model: model().chat('gpt-5'), prompt: 'secret' })
      const two = streamText({ model: model().chat('gpt-5'), prompt: 'secret' })
      return [one.text, await two.text]
    })
    expect(recorded.answer).toEqual([
      'Hello! "usage": {"prompt_tokens": 99}',
      'Grüße, "usage":{"prompt_tokens":99} 🌍',
    ])
    expect(treeOf(recorded)).toEqual([
      ['GET /', ['chat gpt-5', ['POST']], ['chat gpt-5', ['POST']]],
    ])
    const [one, two] = recorded.spans.filter(({ name }) => name === 'chat gpt-5')
    expect(one?.attributes).toEqual(CHAT)
    expect(two?.attributes).toEqual({ ...CHAT, ...STREAMED })
  })
})

it('metrics have duration, tokens and the first chunk, by operation, provider and model', async () => {
  const { metrics } = await record(async () => {
    await anthropic()
      .messages.stream({ model: 'claude-sonnet-5', max_tokens: 9, messages: QUESTION })
      .finalText()
  })
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-5',
  }
  const points = metrics
    .filter(({ name }) => name.startsWith('gen_ai.'))
    .map((point) => [point.name, point.unit, point.attributes, point.count, point.sum])
  expect(points).toHaveLength(4)
  expect(points).toEqual(
    expect.arrayContaining([
      ['gen_ai.client.operation.duration', 's', attributes, 1, expect.any(Number)],
      ['gen_ai.client.operation.time_to_first_chunk', 's', attributes, 1, expect.any(Number)],
      [
        'gen_ai.client.token.usage',
        '{token}',
        { ...attributes, 'gen_ai.token.type': 'input' },
        1,
        30,
      ],
      [
        'gen_ai.client.token.usage',
        '{token}',
        { ...attributes, 'gen_ai.token.type': 'output' },
        1,
        15,
      ],
    ]),
  )
})

it('tokens are part of what a route uses', async () => {
  const { spans, metrics } = await record(
    () => openai().responses.create({ model: 'gpt-5', input: 'secret question' }),
    {},
    { bindings: bindings({ usage: usage() }) },
  )
  expect(spans[0]?.attributes).toMatchObject({
    'hono.usage.subrequests': 1,
    'hono.usage.ai.input_tokens': 36,
    'hono.usage.ai.output_tokens': 87,
  })
  expect(metrics.find(({ name }) => name === 'hono.usage.ai.output_tokens')).toMatchObject({
    value: 87,
    attributes: { 'http.route': '/' },
  })
})

it('what was asked and answered is recorded when asked for, without secrets', async () => {
  const { spans } = await record(
    async () => {
      const messages = [{ role: 'user' as const, content: 'my password=hunter22222' }]
      const system = 'Be brief.'
      await anthropic()
        .messages.stream({ model: 'claude-sonnet-5', max_tokens: 9, system, messages })
        .finalText()
      await openai().chat.completions.create({
        model: 'gpt-5',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            ],
          },
        ],
      })
    },
    { content: true },
  )
  const [claude, gpt] = spans.filter(({ name }) => name.startsWith('chat'))
  const parsed = (text: unknown): unknown => JSON.parse(String(text))
  expect(parsed(claude?.attributes['gen_ai.input.messages'])).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'my password=[REDACTED]' }] },
  ])
  expect(parsed(claude?.attributes['gen_ai.system_instructions'])).toEqual([
    { type: 'text', content: 'Be brief.' },
  ])
  expect(parsed(claude?.attributes['gen_ai.output.messages'])).toEqual([
    {
      role: 'assistant',
      parts: [{ type: 'text', content: 'Hello "stop_reason":"x"' }],
      finish_reason: 'end_turn',
    },
  ])
  expect(parsed(gpt?.attributes['gen_ai.input.messages'])).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'What is it?' }, { type: 'image_url' }] },
  ])
  expect(parsed(gpt?.attributes['gen_ai.output.messages'])).toMatchObject([
    { parts: [{ content: 'Hello! "usage": {"prompt_tokens": 99}' }], finish_reason: 'stop' },
  ])
})
