import type { Hono } from 'hono'

/** The routes of both apps: with telemetry, and without it to compare. `onOrder` is called for each that is read. */
export const addRoutes = (app: Hono, onOrder: (id: string) => void = () => {}): void => {
  app.get('/orders/:id', (c) => {
    const id = c.req.param('id')
    onOrder(id)
    return c.json({ id, lines: ['apple', 'pear'] }, 200, { 'X-Own': 'yes' })
  })
  app.post('/echo/:id', async (c) => c.text(await c.req.text(), 201))
  app.get('/boom/:id', (c) => {
    throw new Error(`no order ${c.req.param('id')}`)
  })
  app.onError((error, c) => c.text(error.message, 500))
}
