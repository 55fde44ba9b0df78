import { expect, it, vi } from 'vitest'
import { inRequest } from './in-request.ts'

interface Statement {
  bind(...values: unknown[]): Statement
  first(): Promise<unknown>
}

/** As a mock may be: one object for all that is made of a statement. */
const itself = (): Statement => {
  const statement: Statement = Object.preventExtensions({
    bind: () => statement,
    first: async () => 1,
  })
  return statement
}

const fresh = (): Statement => ({ bind: fresh, first: async () => 1 })

const databaseOf = (prepare: (text: string) => Statement) => ({
  prepare,
  batch: async (list: unknown[]) => list,
  exec: async () => ({ count: 1, duration: 0 }),
})

const TEXT = 'SELECT name FROM goods WHERE id = ?'

it('a query puts nothing into a weak map, which costs more than all else of it', async () => {
  const { value, spans } = await inRequest({ DB: databaseOf(fresh) }, async ({ DB }) => {
    const query = () => DB.prepare(TEXT).bind(1).first()
    await query()
    const set = vi.spyOn(WeakMap.prototype, 'set')
    try {
      for (let time = 0; time < 5; time++) {
        await query()
      }
      return set.mock.calls.length
    } finally {
      set.mockRestore()
    }
  })
  expect(value).toBe(0)
  expect(spans.map(({ name }) => name)).toEqual(Array(6).fill('SELECT goods'))
})

it('a statement that binds to itself, and takes no more properties, is described as it was bound last', async () => {
  const { value, spans } = await inRequest({ DB: databaseOf(itself) }, ({ DB }) =>
    DB.prepare(`${TEXT} AND size = 12`).bind(1).first(),
  )
  expect(value).toBe(1)
  expect(spans[0]?.attributes['db.query.text']).toBe(`${TEXT} AND size = 12`)
})

it('a batch is handed the statements of the database, and what else is in it as it is', async () => {
  const raw = fresh()
  const { value, spans } = await inRequest({ DB: databaseOf(() => raw) }, ({ DB }) =>
    DB.batch([DB.prepare(TEXT), 'no statement', fresh]),
  )
  expect(value).toEqual([raw, 'no statement', fresh])
  expect((value as unknown[])[0]).toBe(raw)
  expect(spans).toHaveLength(1)
})
