import { type RunningWorker, startWorker, type WorkerOptions } from '../../support/worker.ts'

const entry = new URL('worker.ts', import.meta.url)

const METRICS = { type: 'durable-object', worker: 'worker', exportName: 'Metrics' } as const

/** Names of further isolates; the first Worker is one too. */
export const ISOLATES = ['a', 'b', 'c']

/** Starts the Worker in four isolates that share the aggregator's objects. */
export const startIsolates = (
  vars: NonNullable<WorkerOptions['vars']> = {},
): Promise<RunningWorker> => {
  const services = ISOLATES.map(
    (name) => [`ISOLATE_${name}`, { type: 'worker', worker: name }] as const,
  )
  return startWorker({
    entry,
    vars,
    bindings: { METRICS, ...Object.fromEntries(services) } as never,
    settings: { exports: { Metrics: { type: 'durable-object', storage: 'sqlite' } } },
    others: ISOLATES.map((name) => ({ entry, name, vars, bindings: { METRICS } })),
  })
}
