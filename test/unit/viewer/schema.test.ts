import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'
import { replaceSchema } from '../../../viewer/sql/schema.ts'
import { request, spans } from './suite/records.ts'

describe('a store of another version', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'store-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const file = () => join(directory, 'telemetry.sqlite')
  const write = async (): Promise<void> => {
    const sql = openNodeSql(file())
    const body = JSON.stringify(spans([request({ trace: 1, span: 1 })]))
    const headers = { 'content-type': 'application/json' }
    const post = new Request('http://localhost/v1/traces', { method: 'POST', headers, body })
    expect((await createViewer({ sql }).fetch(post)).status).toBe(200)
    sql.close()
  }
  const setVersion = (version: number): void => {
    const sql = openNodeSql(file())
    sql.all('UPDATE viewer_schema SET version = ?', version)
    sql.close()
  }

  it.each([
    [1, 'an earlier'],
    [99, 'a later'],
  ])('of version %i is refused, and stays as it is', async (version, which) => {
    await write()
    setVersion(version)
    const sql = openNodeSql(file())
    expect(() => createViewer({ sql })).toThrow(
      expect.objectContaining({
        name: 'OtherStoreVersion',
        message: expect.stringContaining(`received ${version}, which ${which} version`),
      }),
    )
    expect(sql.all('SELECT count(*) AS n FROM spans')).toEqual([{ n: 1 }])
    replaceSchema(sql)
    const traces = await createViewer({ sql }).fetch(new Request('http://localhost/api/traces'))
    expect(((await traces.json()) as { items: [] }).items).toEqual([])
    sql.close()
  })

  it('is no other, when it is opened again by this one', async () => {
    await write()
    const sql = openNodeSql(file())
    createViewer({ sql })
    replaceSchema(sql)
    expect(sql.all('SELECT count(*) AS n FROM spans')).toEqual([{ n: 1 }])
    sql.close()
  })
})
