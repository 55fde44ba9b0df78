import { expect, it } from 'vitest'
import { OWN_SEEN, seeOwn } from '../../../support/hono-own.ts'

it('each of Hono’s own middleware shows in the trace, the metrics and the line of its request', async () => {
  expect(await seeOwn()).toEqual(OWN_SEEN)
})
