import { OpenTelemetry } from '@ai-sdk/otel'
import { instrumentDrizzleClient } from '@kubiks/otel-drizzle'
import { generateText, registerTelemetry } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { drizzle } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { Hono } from 'hono'
import { instrument, observability, withSpan } from 'hono-observability'

interface Env {
  DB: Parameters<typeof drizzle>[0]
}

const items = sqliteTable('items', { id: integer().primaryKey(), name: text() })

registerTelemetry(new OpenTelemetry())

const model = new MockLanguageModelV4({
  doGenerate: async () => ({
    content: [{ type: 'text', text: 'A cup of tea.' }],
    finishReason: { unified: 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 20, text: 20, reasoning: undefined },
    },
    warnings: [],
  }),
})

const app = new Hono<{ Bindings: Env }>()
app.use(observability({ service: { name: 'libraries' }, logs: false }))
app.get('/items', async (c) => {
  const db = drizzle(c.env.DB)
  instrumentDrizzleClient(db, { dbSystem: 'sqlite' })
  // On D1, it sees what is executed, not what is awaited as a builder.
  const query = db.select().from(items).prepare()
  return c.json(await withSpan('list', () => query.execute()))
})
app.get('/describe', async (c) => {
  const { text: answer } = await generateText({
    model,
    prompt: 'What is it?',
    telemetry: { isEnabled: true, functionId: 'describe' },
  })
  return c.text(answer)
})

export default instrument(app)
