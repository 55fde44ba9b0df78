import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgresql, startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'

interface Told {
  answer: unknown
  told: { name: string; attributes: Record<string, unknown>; failed: boolean }[]
}

const APP = new URL('runtimes-app.ts', import.meta.url).pathname
const BIN = new URL('../../../node_modules/.bin/', import.meta.url).pathname

const run = async (runtime: string, args: string[], env: object = {}): Promise<Told> => {
  const { stdout } = await promisify(execFile)(`${BIN}${runtime}`, [...args, APP], {
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const namesOf = ({ told }: Told): string[] =>
  told.map(({ name, failed }) => (failed ? `${name} failed` : name))

it('bun:sqlite is observed, and stays what it is', async () => {
  const seen = await run('bun', [])
  expect(seen.answer).toEqual([true, [{ id: 1 }], 1, 'SQLiteError'])
  expect(namesOf(seen)).toEqual([
    'CREATE TABLE orders',
    'INSERT orders',
    'DELETE orders',
    'SELECT orders',
    'SELECT gone failed',
    'SELECT orders',
  ])
  expect(JSON.stringify(seen.told)).not.toContain('s3cret')
  expect(seen.told[4]?.attributes).toMatchObject({ 'error.type': 'SQLITE_ERROR' })
})

const SQL = [
  'CREATE TABLE orders',
  'INSERT orders',
  'SELECT orders',
  'SELECT orders',
  'UPDATE orders',
  'SELECT gone failed',
]

it('Bun.SQL on SQLite is observed, and stays what it is', async () => {
  const seen = await run('bun', [], { DATABASE_URL: 'sqlite://:memory:' })
  expect(seen.answer).toEqual([true, 1, 1, true])
  expect(namesOf(seen)).toEqual(SQL)
  expect(JSON.stringify(seen.told)).not.toContain('s3cret')
})

describe.runIf(hasPostgresql)('with PostgreSQL', () => {
  let server: Running
  beforeAll(async () => {
    server = await startPostgresql()
  })
  afterAll(() => server?.stop())

  it('Bun.SQL is observed, and stays what it is', async () => {
    const seen = await run('bun', [], {
      DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres`,
    })
    expect(seen.answer).toEqual([true, 1, 1, true])
    expect(namesOf(seen)).toEqual(SQL)
    expect(seen.told.at(-1)?.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'server.port': server.port,
      'db.response.status_code': '42P01',
    })
    expect(JSON.stringify(seen.told)).not.toContain('s3cret')
  })
})

it('Deno.Kv is observed, and stays what it is', async () => {
  const seen = await run('deno', ['run', '-A', '--unstable-kv'])
  expect(seen.answer).toEqual([true, 's3cret', ['s3cret'], true])
  expect(namesOf(seen)).toEqual([
    'set deno-kv',
    'get deno-kv',
    'list deno-kv',
    'commit deno-kv',
    'getMany deno-kv',
    'delete deno-kv',
  ])
  expect(JSON.stringify(seen.told)).not.toContain('s3cret')
})
