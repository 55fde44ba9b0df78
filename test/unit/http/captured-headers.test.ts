import { expect, it } from 'vitest'
import { caughtApp } from './caught-app.ts'

it('of a header that is asked for and secret, only that it was there is recorded', async () => {
  const names = ['authorization', 'cookie', 'x-api-key', 'referer', 'x-tenant']
  const caught = caughtApp(
    { http: { requestHeaders: names, responseHeaders: ['location'] } },
    (app) => {
      app.get('/', (c) => c.redirect('https://a.example/cb?token=hunter2-h0rse&a=1'))
    },
  )
  await caught.send('/', {
    headers: {
      authorization: 'Negotiate hunter2-h0rse',
      cookie: 'sid=hunter2-h0rse',
      'x-api-key': 'hunter2-h0rse',
      referer: 'https://a.example/?password=hunter2-h0rse',
      'x-tenant': 'acme',
    },
  })
  await Promise.all(caught.pending)
  const { attributes } = caught.spans[0] as { attributes: Record<string, unknown> }
  expect(JSON.stringify(attributes)).not.toContain('hunter2')
  expect(JSON.stringify(attributes['http.request.header.authorization'])).toContain('REDACTED')
  expect(JSON.stringify(attributes['http.request.header.x-tenant'])).toContain('acme')
})
