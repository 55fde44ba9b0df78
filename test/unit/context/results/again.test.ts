import { Hono } from 'hono'
import { observability, withSpan } from 'hono-observability'
import { expect, it } from 'vitest'
import { recorded } from '../../classes/run-class.ts'
import { KINDS, useAgain, WRAPPERS } from './kept.ts'

for (const wrapper of Object.keys(WRAPPERS)) {
  it.each(Object.keys(KINDS))(
    `%s may be given to ${wrapper} again and again, and is as it was when nobody watches`,
    (kind) => useAgain(kind, wrapper, 5000),
  )
}

it('requests that await one and the same query at once have what it does in their own traces', async () => {
  const { options, seen } = recorded()
  const waiting: (() => void)[] = []
  const query = {
    // biome-ignore lint/suspicious/noThenProperty: as query builders have it
    then(resolve: () => void) {
      withSpan('execute', () => {})
      waiting.push(resolve)
    },
  }
  const app = new Hono()
  app.use(observability(options))
  app.get('/', async (c) => {
    await withSpan('outer', () => withSpan('inner', () => query as PromiseLike<void>))
    return c.text('ok')
  })
  const answers = Array.from({ length: 50 }, () => app.request('/'))
  await new Promise((resolve) => setTimeout(resolve))
  expect(waiting.length).toBe(50)
  for (const resolve of waiting) {
    resolve()
  }
  await Promise.all(answers)
  const spans = seen()
  const parents = { execute: 'inner', inner: 'outer', outer: 'GET /' } as Record<string, string>
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  expect(spans.length).toBe(200)
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(50)
  for (const { name, parentId, traceId } of spans) {
    const parent = byId.get(parentId ?? '')
    expect(parent?.name).toBe(parents[name])
    expect(parent?.traceId ?? traceId).toBe(traceId)
  }
  expect(Reflect.ownKeys(query)).toEqual(['then'])
})
