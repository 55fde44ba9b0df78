import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { collectMetrics, observability } from 'hono-observability'
import { instrumentDatabase } from 'hono-observability/db'
import { prometheusRoute } from 'hono-observability/prometheus'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { createClient } from 'redis'
import { readProjectFile } from '../../support/docs/project.ts'
import { startMariadb } from '../../support/servers/mariadb.ts'
import { startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'
import { startRedis } from '../../support/servers/redis.ts'
import { fences } from './tools.ts'

/** Real databases with a little in them, and the user `exporter` by the grants of the documentation. */
export interface Databases {
  readonly postgres: Running
  readonly primary: Running
  /** The MariaDB that is asked, a replica of the other. */
  readonly replica: Running
  readonly redis: Running
}

const SECTION = /^### Grants$([\s\S]*?)^### /m

/** The statements of the documentation that make the user, for a database. */
export const grants = (language: 'postgresql' | 'mysql' | 'redis', password: string): string[] => {
  const [, section = ''] = SECTION.exec(readProjectFile('docs/monitoring.md')) ?? []
  return fences(section, language)
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace('<password>', password))
}

/** Works on PostgreSQL, as its administrator unless told otherwise. */
export const asPostgres = async <T>(
  port: number,
  work: (client: pg.Client) => Promise<T>,
  as: pg.ClientConfig = { user: 'postgres' },
): Promise<T> => {
  const client = new pg.Client({ host: '127.0.0.1', port, database: 'postgres', ...as })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Runs statements on MariaDB, as its administrator unless told otherwise. */
export const asMariadb = async (
  port: number,
  statements: readonly string[],
  as: { user: string; password?: string } = { user: 'root' },
): Promise<void> => {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port, ...as })
  try {
    for (const statement of statements) await connection.query(statement)
  } finally {
    await connection.end()
  }
}

/** Nobody gets in without a password. */
const ADMIN = { password: 'of-the-administrator' }

/** Sends commands to Redis, each a line of words. */
export const asRedis = async (
  port: number,
  lines: readonly string[],
  as: { username?: string; password: string } = ADMIN,
): Promise<void> => {
  const client = createClient({ ...as, socket: { host: '127.0.0.1', port } })
  client.on('error', () => {})
  await client.connect()
  try {
    for (const line of lines) await client.sendCommand(line.split(' '))
  } finally {
    client.destroy()
  }
}

/** Starts them, with the passwords that the exporters have. */
export const startDatabases = async (
  passwords: Readonly<Record<'postgres' | 'mysqld' | 'redis', string>>,
): Promise<{ databases: Databases; stop(): Promise<void> }> => {
  const [postgres, primary, replica, redis] = await Promise.all([
    startPostgresql(),
    startMariadb('--server-id=1', '--log-bin=binlog'),
    startMariadb('--server-id=2'),
    startRedis('--maxmemory', '64mb', '--requirepass', ADMIN.password),
  ])
  await asPostgres(postgres.port, async (client) => {
    await client.query('CREATE TABLE orders (id serial PRIMARY KEY)')
    for (const each of grants('postgresql', passwords.postgres)) await client.query(each)
  })
  await asMariadb(replica.port, [
    'CREATE DATABASE shop',
    'CREATE TABLE shop.orders (id int PRIMARY KEY)',
    ...grants('mysql', passwords.mysqld),
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = 'root'`,
    'START SLAVE',
  ])
  await asRedis(redis.port, ['SET a 1', ...grants('redis', passwords.redis)])
  return {
    databases: { postgres, primary, replica, redis },
    async stop() {
      await Promise.all([postgres, primary, replica, redis].map((each) => each.stop()))
    },
  }
}

/** An app whose pool has a single connection: each request of /orders takes it, and waits in vain for another. */
export const startApp = async (
  postgres: Running,
  token: string,
): Promise<{ url: string; stop(): Promise<void> }> => {
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'shop' },
      metrics: { temporality: 'cumulative' },
      otlp: { fetch: async () => Response.json({}) },
      logs: { access: false },
    }),
  )
  app.route('/', prometheusRoute({ from: collectMetrics, token }))
  const pool = instrumentDatabase(
    new pg.Pool({
      host: '127.0.0.1',
      port: postgres.port,
      user: 'postgres',
      database: 'postgres',
      max: 1,
      connectionTimeoutMillis: 2000,
    }),
  )
  app.get('/orders', async (c) => {
    const client = await pool.connect()
    const other = await pool.query('SELECT 1').catch(() => 'timed out')
    client.release()
    return c.text(String(other))
  })
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await pool.end()
    },
  }
}
