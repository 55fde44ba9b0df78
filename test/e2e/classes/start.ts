import type { Sink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const at = (file: string): URL =>
  new URL(`../../workerd/classes-worker/${file}.ts`, import.meta.url)

const classOf = (exportName: string, type = 'worker') => ({ type, worker: 'worker', exportName })

/** Starts a Worker with classes of every kind, another whose default export is one, and a tail Worker. */
export const startClassesWorker = (sink: Sink): Promise<RunningWorker> => {
  const vars = {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    HONO_OBSERVABILITY_SECRET: 'known to these Workers only',
  }
  return startWorker({
    entry: at('worker'),
    vars: { ...vars, OTEL_SERVICE_NAME: 'worker' },
    compatibilityFlags: ['service_binding_extra_handlers'],
    bindings: {
      ROOM: classOf('Room', 'durable-object'),
      QUIET: classOf('QuietRoom', 'durable-object'),
      SERVICE: classOf('Service'),
      OTHER: { type: 'worker', worker: 'other' },
      CRON: { type: 'worker', worker: 'other' },
      SELF: { type: 'worker', worker: 'worker' },
      ORDERS: { type: 'queue', name: 'class-orders' },
      SHIPPING: { ...classOf('Shipping', 'workflow'), name: 'class-shipping' },
    } as never,
    settings: {
      exports: {
        Room: { type: 'durable-object', storage: 'sqlite' },
        QuietRoom: { type: 'durable-object', storage: 'sqlite' },
        Shipping: { type: 'workflow', name: 'class-shipping' },
      },
      triggers: [{ type: 'queue', name: 'class-orders', maxBatchTimeout: 0.1, maxRetries: 2 }],
      tailConsumers: [{ worker: 'tail' }],
    } as never,
    others: [
      {
        entry: at('other'),
        name: 'other',
        vars: { ...vars, OTEL_SERVICE_NAME: 'other' },
      },
      { entry: at('tail'), name: 'tail', vars },
    ],
  })
}
