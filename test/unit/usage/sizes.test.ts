import { log } from 'hono-observability'
import { usage } from 'hono-observability/usage'
import { expect, it, vi } from 'vitest'
import { bytesOf } from '../../../src/usage/sizes.ts'
import { inApp, keyValues } from './in-app.ts'

it.each(['', 'plain', 'für', '€ 7', '🙂', 'Ω'.repeat(1000)])(
  'the bytes of %j are those of its UTF-8',
  (text) => {
    expect(bytesOf(text)).toBe(new TextEncoder().encode(text).length)
  },
)

const sized = () =>
  inApp({ CACHE: keyValues() }, { usage: usage() }, (app) => {
    app.get('/said', (c) => {
      log.info('größe')
      log.warn('two')
      return c.text('four', 200, { 'content-length': '4' })
    })
    app.get('/unsaid', (c) => c.text('four'))
    return undefined
  })

it('bytes of a response are those that it says, and of none that says nothing', async () => {
  const { ask, spans, lines, points } = sized()
  await ask('/said')
  await ask('/unsaid')
  expect(spans[0]?.attributes['hono.usage.response.size']).toBe(4)
  expect(lines('access')[0]).toMatchObject({ 'hono.usage.response.size': 4 })
  expect(spans[1]?.attributes).not.toHaveProperty('hono.usage.response.size')
  expect(await points('hono.usage.response.size')).toEqual([
    ['hono.usage.response.size', 4, { 'http.request.method': 'GET', 'http.route': '/said' }],
  ])
})

it('lines are counted by route with their bytes: those of the span before it ended, the access line in the metric', async () => {
  const { ask, spans, points } = sized()
  await ask('/said')
  const { info, warn } = vi.mocked(console)
  const sizes = [info.mock.calls[0], warn.mock.calls[0], info.mock.calls[1]].map(
    (call) => new TextEncoder().encode(call?.[0]).length,
  )
  expect(sizes).toHaveLength(3)
  const [first = 0, second = 0, access = 0] = sizes
  expect(spans[0]?.attributes).toMatchObject({
    'hono.usage.log.records': 2,
    'hono.usage.log.size': first + second,
  })
  const by = { 'http.request.method': 'GET', 'http.route': '/said' }
  expect(await points('hono.usage.log.')).toEqual([
    ['hono.usage.log.records', 3, by],
    ['hono.usage.log.size', first + second + access, by],
  ])
})

it('a budget of log bytes is warned of when the request ends', async () => {
  const { ask, lines } = inApp(
    { CACHE: keyValues() },
    { usage: usage({ limits: { request: { logBytes: 100 } } }) },
    (app) => {
      app.get('/loud', (c) => {
        log.info('x'.repeat(200))
        return c.text('ok')
      })
      return undefined
    },
  )
  await ask('/loud')
  expect(lines('usage')[0]?.message).toMatch(
    /^GET \/loud has exceeded its budget of `logBytes`: \d+ of 100$/,
  )
})
