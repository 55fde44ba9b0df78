import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'
import { traceBatch } from './load.ts'
import { type Ask, get, send } from './suite/backend.ts'
import { log, logs, metrics, point, request, spans, traceId } from './suite/records.ts'

const HOUR_MS = 3_600_000

describe('retention by age', () => {
  it('removes what was received too long ago, with all that belongs to it', async () => {
    let nowMs = Date.now()
    const sql = openNodeSql()
    const viewer = createViewer({ sql, maxAgeMs: HOUR_MS, now: () => nowMs })
    const empty = viewer.status().storedBytes
    const ask: Ask = (path, init) => viewer.fetch(new Request(`http://localhost${path}`, init))
    const fill = async (number: number, service: string): Promise<void> => {
      await send(ask, 'traces', spans([request({ trace: number, span: 1 })], service))
      await send(ask, 'logs', logs([log({ body: service })], service))
      const gauge = { dataPoints: [point(0, 1, { asInt: '1' })] }
      await send(ask, 'metrics', metrics([{ name: `m.${service}`, gauge }], service))
    }
    await fill(1, 'old')
    nowMs += HOUR_MS / 2
    await fill(2, 'new')
    expect((await get(ask, '/api/services')).services).toHaveLength(2)
    nowMs += HOUR_MS * 0.6
    viewer.sweep()
    for (const [path, list, name] of [
      ['/api/traces', 'items', 'service'],
      ['/api/logs', 'items', 'service'],
      ['/api/services', 'services', 'name'],
    ] as const) {
      const found = (await get(ask, path))[list]
      expect(found.map((each: Record<string, string>) => each[name])).toEqual(['new'])
    }
    expect((await get(ask, '/api/metrics')).metrics).toMatchObject([{ name: 'm.new' }])
    expect((await get(ask, '/api/traces?service=old')).items).toEqual([])
    expect((await get(ask, '/api/logs?text=old')).items).toEqual([])
    // What comes again after its row was removed is found again.
    await fill(3, 'old')
    expect((await get(ask, '/api/traces?service=old')).items).toHaveLength(1)
    expect((await get(ask, `/api/traces/${traceId(3)}`)).spans).toHaveLength(1)
    expect((await get(ask, '/api/services')).services).toHaveLength(2)
    nowMs += 3 * HOUR_MS
    viewer.sweep()
    expect(viewer.status().storedBytes).toBeLessThan(empty + 50_000)
    for (const table of [
      'traces',
      'spans',
      'span_words',
      'logs',
      'log_words',
      'points',
      'series',
      'instruments',
      'exemplars',
      'resources',
      'scopes',
    ]) {
      expect([table, sql.all(`SELECT count(*) AS n FROM ${table}`)[0]?.n]).toEqual([table, 0])
    }
  })
})

describe('what an overview counts', () => {
  it('does not grow by clocks that are wrong', async () => {
    const sql = openNodeSql()
    const viewer = createViewer({ sql })
    const ask: Ask = (path, init) => viewer.fetch(new Request(`http://localhost${path}`, init))
    const days = Array.from({ length: 50 }, (_, i) => {
      const nano = `${Date.now() + (i + 10) * 24 * HOUR_MS}000000`
      return {
        ...request({ trace: i + 1, span: 1 }),
        startTimeUnixNano: nano,
        endTimeUnixNano: nano,
      }
    })
    await send(ask, 'traces', spans([...days, request({ trace: 100, span: 1 })]))
    expect(sql.all('SELECT sum(count) AS n FROM requests WHERE step_s = 10')[0]?.n).toBe(1)
  })
})

describe('what is stored', () => {
  it('is the size of the file within 10 %, which does not outgrow its limit', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'viewer-'))
    const file = join(directory, 'telemetry.sqlite')
    const maxBytes = 30 * 1024 * 1024
    const sql = openNodeSql(file)
    try {
      const viewer = createViewer({ sql, maxBytes })
      const ask: Ask = (path, init) => viewer.fetch(new Request(`http://localhost${path}`, init))
      for (let first = 0; first < 70_000; first += 500) {
        await send(ask, 'traces', traceBatch(first, 500))
      }
      const { storedBytes } = viewer.status()
      const onDisk = statSync(file).size
      expect(onDisk / storedBytes).toBeGreaterThan(0.9)
      expect(onDisk / storedBytes).toBeLessThan(1.1)
      expect(onDisk).toBeLessThan(1.1 * maxBytes)
    } finally {
      sql.close()
      rmSync(directory, { recursive: true })
    }
  }, 60_000)
})
