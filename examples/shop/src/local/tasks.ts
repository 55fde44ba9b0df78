import { context, propagation, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import { withSpan } from 'hono-observability'
import type { Steps } from '../platform.ts'
import { type Sqlite, transaction } from './sqlite.ts'

/** Work that goes on behind a response. */
export interface Tasks {
  /** Keeps a task and begins it. One with this id that is not done yet is not begun again. */
  add(kind: string, id: string, body: unknown): void
  /** How many are not done. */
  left(): number
  /** Begins what an earlier process has left undone. */
  resume(): void
  /** Resolves when nothing runs. */
  idle(): Promise<void>
}

/** What does the tasks of one kind. It is called again until it succeeds. */
export type TaskHandler = (body: never, steps: Steps) => Promise<void>

interface Task {
  kind: string
  id: string
  body: string
  /** The trace that it belongs to, as headers. */
  carrier: string
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS tasks (
  kind TEXT, id TEXT, body TEXT NOT NULL, carrier TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TABLE IF NOT EXISTS task_steps (kind TEXT, id TEXT, step TEXT, PRIMARY KEY (kind, id, step));`

const RETRY_MS = 1000

/** Tasks are in the database until they are done, so that no end of the process loses one. */
export function keepTasks(db: Sqlite, handlers: Record<string, TaskHandler>): Tasks {
  db.script(SCHEMA)
  const running = new Set<Promise<void>>()

  const stepsOf = ({ kind, id }: Task): Steps => ({
    async do(name, step) {
      const query = 'SELECT 1 FROM task_steps WHERE kind = ? AND id = ? AND step = ?'
      if (db.all(query, kind, id, name).length > 0) return
      await withSpan(`do ${name}`, step)
      db.all('INSERT INTO task_steps VALUES (?, ?, ?)', kind, id, name)
    },
    sleep: (_name, durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  })

  const perform = async (task: Task): Promise<void> => {
    const { kind, id, body, carrier } = task
    try {
      await context.with(propagation.extract(ROOT_CONTEXT, JSON.parse(carrier)), () =>
        withSpan(
          `process ${kind}`,
          () => (handlers[kind] as TaskHandler)(JSON.parse(body) as never, stepsOf(task)),
          { kind: SpanKind.CONSUMER },
        ),
      )
      transaction(db, () => {
        for (const table of ['tasks', 'task_steps']) {
          db.all(`DELETE FROM ${table} WHERE kind = ? AND id = ?`, kind, id)
        }
      })
    } catch {
      // Its span says why. A process that ends meanwhile leaves it to the next one.
      setTimeout(() => start(task), RETRY_MS).unref()
    }
  }

  const start = (task: Task): void => {
    // Whoever added it does not wait.
    const work = new Promise((resolve) => setTimeout(resolve, 0))
      .then(() => perform(task))
      .finally(() => running.delete(work))
    running.add(work)
  }

  return {
    add: (kind, id, body) =>
      withSpan(
        `send ${kind}`,
        () => {
          const carrier = {}
          propagation.inject(context.active(), carrier)
          const task = { kind, id, body: JSON.stringify(body), carrier: JSON.stringify(carrier) }
          const [added] = db.all(
            'INSERT OR IGNORE INTO tasks VALUES (?, ?, ?, ?) RETURNING id',
            kind,
            id,
            task.body,
            task.carrier,
          )
          if (added) start(task)
        },
        { kind: SpanKind.PRODUCER },
      ),
    left: () => db.all('SELECT id FROM tasks').length,
    resume: () => db.all<Task>('SELECT kind, id, body, carrier FROM tasks').forEach(start),
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
