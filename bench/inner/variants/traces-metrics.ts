import { withSpan } from 'hono-observability'
import app from '../../workerd/variants/traces-metrics.ts'
import { repeat } from '../repeat.ts'

app.get('/children/:count', async (c) => {
  const count = Number(c.req.param('count'))
  let sum = 0
  for (let child = 0; child < count; child++) sum += await withSpan('price', () => child)
  return c.json({ sum })
})

export default repeat(app)
