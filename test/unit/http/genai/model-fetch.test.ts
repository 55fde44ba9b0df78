import { Hono } from 'hono'
import { observability, restoreGlobalFetch } from 'hono-observability'
import { genai, modelFetch } from 'hono-observability/genai'
import { captured } from 'hono-observability/testing'
import OpenAI from 'openai'
import { afterEach, expect, it, vi } from 'vitest'
import { answerAsModel } from '../../../support/models/server.ts'

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

const send = (...args: Parameters<typeof fetch>): Promise<Response> =>
  answerAsModel(new Request(...args))

it.each<[string, boolean, () => typeof fetch]>([
  ['the runtime’s, where nothing is patched', false, () => modelFetch()],
  ['the runtime’s, where it is patched', true, () => modelFetch()],
  ['the patched one', true, () => modelFetch(fetch)],
  ['one of the app’s own', false, () => modelFetch(send)],
])('a question by a `fetch` that is passed, over %s, has one span', async (_, isPatched, make) => {
  vi.stubGlobal('fetch', send)
  const app = new Hono()
  app.use(observability({ logs: false, traces: { fetch: isPatched, genai: genai() } }))
  app.get('/', async (c) => {
    const openai = new OpenAI({ apiKey: 'x', fetch: make() })
    const { usage } = await openai.responses.create({ model: 'gpt-5', input: 'hi' })
    return c.json(usage?.output_tokens)
  })
  const { response, spans } = await captured(app, 'http://shop.test/')
  expect(await response.json()).toBe(87)
  expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
    ['GET /', undefined],
    ['chat gpt-5', 'GET /'],
    ['POST', 'chat gpt-5'],
  ])
  expect(spans[1]?.attributes['gen_ai.usage.output_tokens']).toBe(87)
})

it('a `fetch` that is none is refused', () => {
  expect(() => modelFetch('fetch' as never)).toThrow(
    new TypeError('Cannot trace models: `send` must be a function, received string'),
  )
})
