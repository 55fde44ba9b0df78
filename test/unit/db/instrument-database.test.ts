import { type DatabaseOptions, instrumentDatabase } from 'hono-observability/db'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inRequest } from '../bindings/in-request.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('instrumentDatabase', () => {
  it.each([
    [
      { slowThresholdMs: -1 },
      '`slowThresholdMs` must be a whole number from 0 to 2147483647, or false, received -1',
    ],
    [{ repeatedThreshold: 0 }, '`repeatedThreshold` must be a whole number from 1'],
    [{ queryText: 'no' }, '`queryText` must be true or false, received no'],
    [{ poolName: '' }, '`poolName` must be a non-empty string'],
    [
      { colour: 'red' },
      '`colour` must be left out, as there is no such option; there are poolName,',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => instrumentDatabase({}, options as DatabaseOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['nothing that is known', {}],
    ['something frozen', Object.freeze({ prepare() {}, exec() {}, close() {} })],
    [
      'something whose getters throw',
      {
        get query() {
          throw new Error('no')
        },
      },
    ],
    ['a proxy that is revoked', revoked()],
  ])('leaves %s alone', (_, client) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(instrumentDatabase(client as object)).toBe(client)
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** What `@libsql/client` is to those who use it. */
const libsql = () => {
  const answer = { rows: [{ id: 1 }], rowsAffected: 0 }
  const statements = () => ({
    execute: async (_statement: unknown, _args?: unknown) => answer,
    batch: async (list: unknown[]) => list.map(() => answer),
    executeMultiple: async () => {},
  })
  return {
    ...statements(),
    protocol: 'http',
    transaction: async () => ({ ...statements(), commit: async () => {}, close() {} }),
  }
}

describe('@libsql/client', () => {
  it('statements, batches and transactions are observed', async () => {
    const client = instrumentDatabase(libsql(), { namespace: 'shop' })
    const { error, spans } = await inRequest({}, async () => {
      await client.execute({ sql: 'SELECT id FROM orders WHERE id = ?', args: [1] })
      await client.execute("SELECT 's3cret'")
      await client.batch([
        'INSERT INTO a VALUES (1)',
        { sql: 'INSERT INTO b VALUES (?)', args: [1] },
      ])
      const transaction = await client.transaction()
      await transaction.execute('DELETE FROM orders')
      await transaction.commit()
    })
    expect(error).toBeUndefined()
    expect(spans.map(({ name }) => name)).toEqual([
      'SELECT orders',
      'SELECT shop',
      'BATCH INSERT shop',
      'DELETE orders',
    ])
    expect(spans[0]?.attributes).toMatchObject({
      'db.response.returned_rows': 1,
      'db.namespace': 'shop',
    })
    expect(spans[2]?.attributes).toMatchObject({ 'db.operation.batch.size': 2 })
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('s3cret')
  })
})

/** What `@upstash/redis` is, as far as it sends anything. */
const upstash = (answer: (body: unknown) => unknown) => {
  const client = {
    baseUrl: 'https://us1-cool.upstash.io',
    request: async ({ body }: { path?: string[]; body: unknown }) => answer(body),
  }
  return {
    client,
    get: (key: string) => client.request({ body: ['get', key] }),
    set: (key: string, value: string) => client.request({ body: ['set', key, value] }),
    pipeline: () => ({
      exec: () =>
        client.request({
          path: ['pipeline'],
          body: [
            ['get', 'a'],
            ['lpush', 'a', 'b'],
          ],
        }),
    }),
  }
}

describe('@upstash/redis', () => {
  it('commands and pipelines are observed', async () => {
    const redis = instrumentDatabase(
      upstash((body) =>
        Array.isArray((body as unknown[])[0])
          ? [{ result: 1 }, { error: 'WRONGTYPE no' }]
          : { result: 1 },
      ),
    )
    const { spans } = await inRequest({}, async () => {
      await redis.set('s3cret', 's3cret')
      await redis.pipeline().exec()
    })
    expect(spans.map(({ name }) => name)).toEqual([
      'SET us1-cool.upstash.io',
      'PIPELINE us1-cool.upstash.io',
    ])
    expect(spans[0]?.attributes).toEqual({
      'db.system.name': 'redis',
      'db.operation.name': 'SET',
      'db.query.text': 'SET ? ?',
      'server.address': 'us1-cool.upstash.io',
      'server.port': 443,
    })
    expect(spans[1]?.attributes).toMatchObject({
      'error.type': 'WRONGTYPE',
      'db.operation.batch.size': 2,
    })
  })

  it('an error that quotes the command is recorded without it', async () => {
    class UpstashError extends Error {}
    const redis = instrumentDatabase(
      upstash(() => {
        throw new UpstashError('ERR no, command was: ["set","k","s3cret"]')
      }),
    )
    const { error, spans } = await inRequest({}, () => redis.set('k', 's3cret'))
    expect(error).toBeInstanceOf(UpstashError)
    expect(spans[0]?.attributes['error.type']).toBe('ERR')
    expect(JSON.stringify(spans.map(({ events, status }) => [events, status]))).not.toContain(
      's3cret',
    )
  })
})
