/** An agent: one model says which tool is to be used, the tool is called over MCP, another model words the answer. */
import { env } from 'cloudflare:workers'
import Anthropic from '@anthropic-ai/sdk'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { Hono } from 'hono'
import { streamText } from 'hono/streaming'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { genai } from 'hono-observability/genai'
import { instrumentMcp } from 'hono-observability/mcp'
import OpenAI from 'openai'

interface Env {
  SHOP: Fetcher
  OPENAI_API_KEY: string
  ANTHROPIC_API_KEY: string
  /** Where the models are, unless at their makers', and whose APIs they have. */
  OPENAI_BASE_URL?: string
  ANTHROPIC_BASE_URL?: string
  MODEL_HOSTS?: Record<string, string>
}

const options: ObservabilityOptions = {
  service: { name: 'agent' },
  bindings: bindings({ propagate: ['SHOP'] }),
  traces: {
    fetch: true,
    genai: genai({ hosts: (env as unknown as Env).MODEL_HOSTS ?? {} }),
  },
}

const connect = async (shop: Fetcher): Promise<Client> => {
  const client = instrumentMcp(new Client({ name: 'agent', version: '1.0.0' }))
  const transport = new StreamableHTTPClientTransport(new URL('https://shop.internal/mcp'), {
    fetch: (url, init) => shop.fetch(url as string, init as never) as never,
  })
  await client.connect(transport)
  return client
}

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))

app.get('/ask/:question', async (c) => {
  const question = { role: 'user' as const, content: c.req.param('question') }
  const shop = await connect(c.env.SHOP)
  const { tools } = await shop.listTools()

  const openai = new OpenAI({ apiKey: c.env.OPENAI_API_KEY, baseURL: c.env.OPENAI_BASE_URL })
  const plan = await openai.chat.completions.create({
    model: 'gpt-5',
    messages: [question],
    tools: tools.map(({ name, description = '', inputSchema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
  })
  const [call] = plan.choices[0]?.message.tool_calls ?? []
  const found =
    call?.type === 'function'
      ? await shop.callTool({
          name: call.function.name,
          arguments: JSON.parse(call.function.arguments),
        })
      : undefined
  await shop.close()

  const anthropic = new Anthropic({
    apiKey: c.env.ANTHROPIC_API_KEY,
    baseURL: c.env.ANTHROPIC_BASE_URL,
  })
  const answer = anthropic.messages.stream({
    model: 'claude-sonnet-5',
    max_tokens: 200,
    system: `What the shop says: ${JSON.stringify(found?.content ?? 'nothing')}`,
    messages: [question],
  })
  return streamText(c, async (stream) => {
    answer.on('text', (text) => void stream.write(text))
    await answer.done()
  })
})

export default app
