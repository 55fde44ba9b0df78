/** An MCP server: its one tool asks D1. */
import { StreamableHTTPTransport } from '@hono/mcp'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { instrumentMcp } from 'hono-observability/mcp'
import { z } from 'zod'

interface Env {
  SHOP_DB: D1Database
}

const options: ObservabilityOptions = { service: { name: 'shop' }, bindings: bindings() }

const serverOf = ({ SHOP_DB }: Env): McpServer => {
  const server = instrumentMcp(new McpServer({ name: 'shop', version: '1.0.0' }))
  server.registerTool(
    'stock',
    { description: 'How many of a product there are', inputSchema: { sku: z.string() } },
    async ({ sku }) => {
      const query = SHOP_DB.prepare('SELECT stock FROM products WHERE sku = ?')
      const row = await query.bind(sku).first<{ stock: number }>()
      if (!row) {
        throw new Error('There is no such product.')
      }
      return { content: [{ type: 'text', text: String(row.stock) }] }
    },
  )
  return server
}

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))
app.all('/mcp', async (c) => {
  const transport = new StreamableHTTPTransport()
  await serverOf(c.env).connect(transport)
  return transport.handleRequest(c)
})

export default app
