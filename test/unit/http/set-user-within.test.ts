import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { captured } from 'hono-observability/testing'
import { setUser } from 'hono-observability/user'
import { expect, it } from 'vitest'
import { accessLine } from '../../support/whole-trace.ts'

it('setUser within what the app asks of itself is said on that span alone, and in a mounted app on the request', async () => {
  const app = new Hono()
  app.use(observability())
  app.get('/outer', async (c) => {
    setUser('alice')
    await app.request('/inner')
    return c.text('')
  })
  app.get('/inner', (c) => {
    setUser('bob')
    return c.text('')
  })
  const mounted = new Hono()
  mounted.use(observability())
  mounted.get('/who', (c) => {
    setUser('carol')
    return c.text('')
  })
  app.mount('/mounted', mounted.fetch)
  const seen = await captured(app, '/outer')
  expect(seen.spans.map(({ name, attributes }) => [name, attributes['user.id']])).toEqual([
    ['GET /outer', 'alice'],
    ['GET /inner', 'bob'],
  ])
  expect(accessLine(seen)).toMatchObject({ 'user.id': 'alice' })
  const within = await captured(app, '/mounted/who')
  expect(within.spans.map(({ attributes }) => attributes['user.id'])).toEqual(['carol'])
  expect(accessLine(within)).toMatchObject({ 'user.id': 'carol' })
})
