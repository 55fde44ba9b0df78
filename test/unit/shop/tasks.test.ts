import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openNodeSqlite } from '../../../examples/shop/src/local/node-sqlite.ts'
import type { Sqlite } from '../../../examples/shop/src/local/sqlite.ts'
import { keepTasks, type TaskHandler } from '../../../examples/shop/src/local/tasks.ts'

let db: Sqlite

beforeEach(() => {
  vi.useFakeTimers()
  db = openNodeSqlite(':memory:')
})
afterEach(() => {
  vi.useRealTimers()
  db.close()
})

/** Longer than any task waits to be tried again. */
const later = () => vi.advanceTimersByTimeAsync(5000)

describe('tasks', () => {
  it('are begun after whoever added them went on, and forgotten when done', async () => {
    const done: unknown[] = []
    const tasks = keepTasks(db, { count: async (body) => void done.push(body) })
    tasks.add('count', 'a', { pieces: 3 })
    expect([done, tasks.left()]).toEqual([[], 1])
    await later()
    expect([done, tasks.left()]).toEqual([[{ pieces: 3 }], 0])
  })

  it('are tried again until they succeed, without the steps that are done', async () => {
    const steps: string[] = []
    let isBroken = true
    const ship: TaskHandler = async (_body, { do: step }) => {
      await step('pick', async () => void steps.push('pick'))
      await step('pack', async () => {
        steps.push('pack')
        if (isBroken) throw new Error('no more boxes')
      })
    }
    const tasks = keepTasks(db, { ship })
    tasks.add('ship', 'a', {})
    await later()
    expect(tasks.left()).toBe(1)
    isBroken = false
    await later()
    expect(tasks.left()).toBe(0)
    expect(new Set(steps.slice(1))).toEqual(new Set(['pack']))
    expect(steps[0]).toBe('pick')
    expect(db.all('SELECT * FROM task_steps')).toEqual([])
  })

  it('are not begun twice under one id', async () => {
    let runs = 0
    const tasks = keepTasks(db, { count: async () => void runs++ })
    tasks.add('count', 'a', {})
    tasks.add('count', 'a', {})
    await later()
    expect(runs).toBe(1)
  })

  it('that an earlier process left are taken up, but not by themselves', async () => {
    keepTasks(db, { count: () => new Promise(() => undefined) }).add('count', 'a', { pieces: 2 })
    const done: unknown[] = []
    const next = keepTasks(db, { count: async (body) => void done.push(body) })
    await later()
    expect(done).toEqual([])
    next.resume()
    await vi.runAllTimersAsync()
    await next.idle()
    expect([done, next.left()]).toEqual([[{ pieces: 2 }], 0])
  })
})
