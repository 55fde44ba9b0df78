import { captured } from 'hono-observability/testing'
import { expect, it } from 'vitest'
import { OWN_SEEN, ownApp, seeOwn } from '../support/hono-own.ts'
import { counted } from '../support/whole-trace.ts'

it('workerd shows each of Hono’s own middleware in the trace of its request', async () => {
  expect(await seeOwn()).toEqual(OWN_SEEN)
})

it('workerd shows what the cache middleware answers, and what it lets pass', async () => {
  const { app } = ownApp()
  const seen = []
  for (let i = 0; i < 2; i++) {
    const { response, spans, ...rest } = await captured(app, '/cached')
    seen.push([
      await response.text(),
      counted(rest, 'hono.cache'),
      spans[0]?.attributes['hono.cache.result'],
      spans.slice(-2).map(({ name }) => name),
    ])
  }
  const count = (result: string) => [
    { name: 'hono.cache.requests', times: 1, 'hono.cache.result': result },
  ]
  expect(seen).toEqual([
    ['made', count('miss'), 'miss', ['middleware cache', 'handler /cached']],
    ['made', count('hit'), 'hit', ['middleware contextStorage', 'middleware cache']],
  ])
})
