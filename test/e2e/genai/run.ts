import { Hono } from 'hono'
import OpenAI from 'openai'
import { genai } from '../../../src/entries/genai.ts'
import { captured } from '../../../src/entries/testing.ts'
import { observability } from '../../../src/index.ts'
import { startModels } from '../../support/models/start.ts'

const models = await startModels()
const baseURL = `http://127.0.0.1:${models.port}/v1`

const app = new Hono()
app.use(
  observability({
    logs: false,
    traces: { fetch: true, genai: genai({ hosts: { '127.0.0.1': 'openai' } }) },
  }),
)

const STREAM = { stream: true, stream_options: { include_usage: true } } as const
const messages = [{ role: 'user' as const, content: 'hi' }]
const ask = (more: object): Promise<Response> =>
  fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages, ...more }),
  })

const readAll = async (stream: ReadableStream<Uint8Array> | null): Promise<string> => {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream ?? []) {
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

const WAYS: Record<string, (more: object) => Promise<string>> = {
  text: async (more) => (await ask(more)).text(),
  loop: async (more) => readAll((await ask(more)).body),
  reader: async (more) => {
    const reader = (await ask(more)).body?.getReader()
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
}

app.get('/read/:way', async (c) => {
  const more = c.req.query('stream') ? STREAM : {}
  return c.text((await WAYS[c.req.param('way')]?.(more)) ?? 'none')
})
app.get('/handed-on', async () => {
  const { body } = await ask(STREAM)
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
})
app.get('/sdk', async (c) => {
  const openai = new OpenAI({ apiKey: 'x', baseURL, maxRetries: 0 })
  let count = 0
  for await (const _ of await openai.chat.completions.create({ model: 'm', messages, ...STREAM })) {
    count++
  }
  return c.text(String(count))
})

const told: Record<string, unknown> = {}
for (const path of [
  '/read/text',
  '/read/text?stream=1',
  '/read/loop',
  '/read/loop?stream=1',
  '/read/reader',
  '/read/reader?stream=1',
  '/handed-on',
  '/sdk',
]) {
  const { response, spans, unfinished } = await captured(app, `http://shop.test${path}`)
  const { attributes } = spans.find(({ name }) => name === 'chat m') ?? {}
  told[path] = [
    (await response.text()).length,
    attributes?.['gen_ai.usage.output_tokens'],
    attributes?.['gen_ai.response.finish_reasons'],
    'gen_ai.response.time_to_first_chunk' in (attributes ?? {}),
    unfinished,
  ]
}
models.close()
console.log(JSON.stringify(told))
process.exit(0)
