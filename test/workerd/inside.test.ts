import { expect, it } from 'vitest'
import { SEEN, seeInside } from '../support/inside.ts'

it('workerd shows what is inside of a request that a client of hc makes, and where it ran', async () => {
  expect(await seeInside()).toEqual({ ...SEEN, cf: 6 })
})
