import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { genai } from 'hono-observability/genai'

interface Env {
  MODELS: string
}

const ask = ({ MODELS }: Env, kind: string): Promise<Response> => {
  const stream = kind === 'stream'
  return fetch(`${MODELS}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      ...(stream && { stream, stream_options: { include_usage: true } }),
    }),
  })
}

const app = new Hono<{ Bindings: Env }>()
app.get('/whole/:kind', (c) => ask(c.env, c.req.param('kind')))
app.get('/body/:kind', async (c) => {
  const response = await ask(c.env, c.req.param('kind'))
  return new Response(response.body, response)
})
app.get('/piped/:kind', async (c) => {
  const { readable, writable } = new TransformStream()
  const response = await ask(c.env, c.req.param('kind'))
  c.executionCtx.waitUntil(response.body?.pipeTo(writable) ?? Promise.resolve())
  return new Response(readable)
})
app.get('/read/:kind', async (c) => c.text(await (await ask(c.env, c.req.param('kind'))).text()))
app.get('/loop/:kind', async (c) => {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of (await ask(c.env, c.req.param('kind'))).body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
  }
  return c.text(text)
})

const observed = new Hono<{ Bindings: Env }>()
observed.use(
  observability({
    service: { name: 'gateway' },
    logs: false,
    http: { requestIdHeader: false },
    otlp: { batch: { maxLingerMs: 0 } },
    traces: { fetch: true, genai: genai({ hosts: { '127.0.0.1': 'openai' } }) },
  }),
)
observed.route('/', app)

export default {
  fetch: (request: Request, env: Env, ctx: never) =>
    (request.headers.has('x-plain') ? app : observed).fetch(request, env, ctx),
}
