import { Hono } from 'hono'
import { captured } from 'hono-observability/testing'
import { expect, it } from 'vitest'

it('an app without telemetry, or with that of another copy, is told so', async () => {
  const app = new Hono().get('/', (c) => c.text('ok'))
  await expect(captured(app, '/')).rejects.toThrow(
    'Cannot capture: `app` must use observability() or instrument() of the same copy',
  )
})
