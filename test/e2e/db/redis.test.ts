import { instrumentDatabase } from 'hono-observability/db'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { freePort, type Running } from '../../support/servers/program.ts'
import { hasRedis, startRedis } from '../../support/servers/redis.ts'
import { attributesOf, during, namesOf, ofPool, toldBy } from './support.ts'

describe.runIf(hasRedis)('Redis', () => {
  let server: Running
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server?.stop())

  const socket = () => ({ host: '127.0.0.1', port: server.port })

  it('a command of ioredis is one span, without key and value', async () => {
    const redis = instrumentDatabase(new Redis(socket()))
    const told = await during(async () => {
      await redis.set('user:s3cret', 's3cret')
      return await redis.get('user:s3cret')
    })
    expect(told.value).toBe('s3cret')
    expect(namesOf(told.spans)).toEqual(['SET 127.0.0.1', 'GET 127.0.0.1'])
    expect(attributesOf(told.spans)).toEqual({
      'db.system.name': 'redis',
      'db.namespace': '0',
      'db.operation.name': 'SET',
      'db.query.text': 'SET ? ?',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
    expect(toldBy(told)).not.toContain('s3cret')
    redis.disconnect()
  })

  it('pipelines, transactions, scripts, callbacks and commands before the connection are observed', async () => {
    const redis = instrumentDatabase(new Redis({ ...socket(), lazyConnect: true }))
    const told = await during(async () => {
      await redis.set('a', 1)
      expect(await redis.pipeline().get('a').get('b').exec()).toEqual([
        [null, '1'],
        [null, null],
      ])
      expect(await redis.multi().incr('a').get('a').exec()).toEqual([
        [null, 2],
        [null, '2'],
      ])
      redis.defineCommand('double', {
        numberOfKeys: 1,
        lua: "return redis.call('GET', KEYS[1]) * 2",
      })
      expect(await (redis as unknown as { double(key: string): Promise<number> }).double('a')).toBe(
        4,
      )
      await new Promise((resolve) => redis.get('a', resolve))
      await redis.blpop('none', 0.01)
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans).map((name) => name.replace(' 127.0.0.1', ''))).toEqual([
      'SET',
      'PIPELINE GET',
      'MULTI',
      'EVALSHA',
      'GET',
      'BLPOP',
    ])
    expect(attributesOf(told.spans, 2)).toMatchObject({
      'db.operation.batch.size': 2,
      'db.query.text': 'INCR ?\nGET ?',
    })
    redis.disconnect()
  })

  it('an error of the server has its word, in a batch too', async () => {
    const redis = instrumentDatabase(new Redis(socket()))
    const client = instrumentDatabase(createClient({ socket: socket() }))
    await client.connect()
    await client.set('text', 'x')
    const told = await during(async () => {
      await redis.lpush('text', 's3cret').catch(() => {})
      await redis.pipeline().lpush('text', 's3cret').exec()
      await client.lPush('text', 's3cret').catch(() => {})
      await client
        .multi()
        .lPush('text', 's3cret')
        .exec()
        .catch(() => {})
      await client.sendCommand(['S3CRET', 's3cret']).catch(() => {})
    })
    expect(told.spans.map(({ attributes }) => attributes['error.type'])).toEqual([
      'WRONGTYPE',
      'WRONGTYPE',
      'WRONGTYPE',
      'WRONGTYPE',
      'ERR',
    ])
    expect(toldBy(told)).not.toContain("'s3cret'")
    redis.disconnect()
    await client.close()
  })

  it('commands of redis are observed, also with options, in transactions and iterators', async () => {
    const client = instrumentDatabase(createClient({ socket: socket() }), { keys: true })
    await client.connect()
    const told = await during(async () => {
      await client.set('k', 'v')
      await client.withTypeMapping({}).get('k')
      expect(await client.multi().get('k').get('k').exec()).toEqual(['v', 'v'])
      expect(await client.multi().get('k').set('k', 'w').execAsPipeline()).toEqual(['v', 'OK'])
      for await (const _ of client.scanIterator()) {
        // Each page is a command.
      }
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans).map((name) => name.replace(' 127.0.0.1', ''))).toEqual([
      'SET',
      'GET',
      'MULTI GET',
      'PIPELINE',
      'SCAN',
    ])
    expect(attributesOf(told.spans)).toMatchObject({ 'db.query.text': 'SET k ?' })
    await client.close()
  })

  it('a pool of redis tells its clients and their uses', async () => {
    const pool = instrumentDatabase(
      createClientPool({ socket: socket() }, { minimum: 1, maximum: 1 }),
      {
        poolName: 'cache',
      },
    )
    await pool.connect()
    const told = await during(async () => {
      await Promise.all([pool.get('k'), pool.get('k')])
      await pool.multi().get('k').exec()
    })
    expect(namesOf(told.spans).map((name) => name.replace(' 127.0.0.1', ''))).toEqual([
      'GET',
      'GET',
      'MULTI GET',
    ])
    expect(await ofPool(told, 'count', 'cache')).toEqual({ idle: 1, used: 0 })
    expect(await ofPool(told, 'pending_requests', 'cache')).toEqual({ all: 0 })
    expect(await ofPool(told, 'wait_time', 'cache')).toEqual({ all: 3 })
    expect(await ofPool(told, 'use_time', 'cache')).toEqual({ all: 3 })
    await pool.close()
  })

  it('a cluster of ioredis is observed', async () => {
    const bus = String(await freePort())
    const node = await startRedis(
      ...['--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-announce-ip', '127.0.0.1'],
    )
    onTestFinished(() => node.stop())
    const admin = new Redis({ host: '127.0.0.1', port: node.port })
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await expect
      .poll(() => admin.call('CLUSTER', 'INFO'), { timeout: 10_000 })
      .toContain('cluster_state:ok')
    const cluster = instrumentDatabase(new Cluster([{ host: '127.0.0.1', port: node.port }]))
    const told = await during(async () => {
      await cluster.set('a', '1')
      await cluster.pipeline().get('a').get('a').exec()
      return await cluster.get('a')
    })
    cluster.disconnect()
    admin.disconnect()
    expect(told.value).toBe('1')
    expect(namesOf(told.spans)).toEqual(['SET redis', 'PIPELINE GET redis', 'GET redis'])
  })

  it('clients stay what they are', async () => {
    const redis = new Redis({ ...socket(), lazyConnect: true })
    expect(instrumentDatabase(redis)).toBe(redis)
    expect(Object.keys(redis)).toEqual(Object.keys(new Redis({ ...socket(), lazyConnect: true })))
    const client = createClient({ socket: socket() })
    expect(instrumentDatabase(client)).toBe(client)
    // A copy is a client of its own.
    expect(
      Object.hasOwn((client.duplicate() as unknown as { _self: object })._self, 'sendCommand'),
    ).toBe(false)
  })
})
