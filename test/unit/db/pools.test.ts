import { instrumentDatabase } from 'hono-observability/db'
import { expect, it } from 'vitest'
import { MAX_POOLS } from '../../../src/db/pools.ts'
import { inRequest } from '../bindings/in-request.ts'

/** What a pool of `pg` shows of itself. */
const pool = (host: string, max = 1) => ({
  options: { host, max },
  totalCount: 1,
  idleCount: 1,
  waitingCount: 0,
  query: async () => ({ rows: [] }),
  connect: async () => ({}),
  end: async () => {},
})

it('a hundred pools are asked for their connections, the newest, and those of one name together', async () => {
  const pools = Array.from({ length: MAX_POOLS + 20 }, (_, index) =>
    instrumentDatabase(pool(`host-${index}`)),
  )
  const twins = [instrumentDatabase(pool('twin', 3)), instrumentDatabase(pool('twin', 4))]
  const { points } = await inRequest({}, () => twins[0]?.connect())
  const maxima = new Map(
    (await points('db.client.connection.max')).map(({ attributes, value }) => [
      attributes['db.client.connection.pool.name'],
      value,
    ]),
  )
  expect(maxima.size).toBe(MAX_POOLS - 1)
  expect(maxima.get('twin:5432')).toBe(7)
  expect(maxima.has('host-0:5432')).toBe(false)
  expect(maxima.get(`host-${pools.length - 1}:5432`)).toBe(1)
})
