import { metrics } from '@opentelemetry/api'
import {
  collectMetrics,
  instrumentDurableObject,
  type ObservabilityOptions,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { usage } from 'hono-observability/usage'
import { beforeEach, expect, it } from 'vitest'
import { Base } from '../classes/run-class.ts'

beforeEach(() => metrics.disable())

/** As the platform's: rows are read when they are taken. */
class Cursor {
  rowsRead = 0
  rowsWritten = 1
  readonly #rows: number

  constructor(rows: number) {
    this.#rows = rows
  }

  toArray(): number[] {
    this.rowsRead = this.#rows
    return []
  }
}

const storage = () => ({
  get: async () => 1,
  put: async () => {},
  delete: async () => true,
  list: async () =>
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  sql: { exec: (_text: string, rows: number) => new Cursor(rows) },
})

type Storage = ReturnType<typeof storage>

const used = async (
  act: (stored: Storage) => Promise<unknown>,
): Promise<Record<string, [number, object]>> => {
  const options: ObservabilityOptions = {
    logs: false,
    metrics: { temporality: 'cumulative' },
    otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
    bindings: bindings({ usage: usage() }),
  }
  class Room extends Base {
    async act(): Promise<void> {
      await act((this.ctx as { storage: Storage }).storage)
    }

    async alarm(): Promise<void> {}
  }
  const Instrumented = instrumentDurableObject(Room, options)
  const waiting: Promise<unknown>[] = []
  const ctx = {
    storage: storage(),
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
  }
  const room = new Instrumented(ctx, {})
  await room.act()
  await room.alarm()
  await Promise.all(waiting)
  const points = (await collectMetrics(options))
    .flatMap((collected) => collected.metrics)
    .filter(({ name }) => name.startsWith('hono.usage.'))
    .flatMap(({ name, points }) =>
      (points as unknown as { value: number; attributes: object }[]).map(
        ({ value, attributes }): [string, [number, object]] => [name, [value, attributes]],
      ),
    )
  return Object.fromEntries(points)
}

it('rows of an object’s SQL are counted when they were read, also after the statement was made', async () => {
  const room = { 'hono.invocation.name': 'Room/act', 'cloudflare.binding.name': 'Room' }
  const counts = await used(async ({ sql }) => {
    sql.exec('SELECT * FROM a', 5).toArray()
    const later = sql.exec('SELECT * FROM b', 7)
    await Promise.resolve()
    later.toArray()
  })
  expect(counts).toEqual({
    'hono.usage.durable_object.rows_read': [12, room],
    'hono.usage.durable_object.rows_written': [2, room],
    // Its alarm: of all else, the caller is billed.
    'hono.usage.durable_object.requests': [1, { 'hono.invocation.name': 'alarm Room' }],
  })
})

it('an object’s keys and values are rows too', async () => {
  const counts = await used(async (stored) => {
    const { get, put, list } = stored as unknown as Record<string, (arg?: unknown) => unknown>
    await get?.call(stored, ['a', 'b', 'c'])
    await put?.call(stored, { a: 1, b: 2 })
    await list?.call(stored)
    await stored.delete()
  })
  expect(counts['hono.usage.durable_object.rows_read']?.[0]).toBe(5)
  expect(counts['hono.usage.durable_object.rows_written']?.[0]).toBe(3)
})

it('of a thousand statements that are open, a hundred are looked at again', async () => {
  const cursors: Cursor[] = []
  const counts = await used(async ({ sql }) => {
    for (let i = 0; i < 1000; i++) {
      cursors.push(sql.exec('SELECT 1', 1))
    }
    for (const cursor of cursors) {
      cursor.toArray()
    }
  })
  expect(counts['hono.usage.durable_object.rows_written']?.[0]).toBe(1000)
  expect(counts['hono.usage.durable_object.rows_read']?.[0]).toBe(100)
})
