import { type RunningWorker, startWorker } from '../../support/worker.ts'

const entry = new URL('../../workerd/bindings-worker/worker.ts', import.meta.url)

/** Starts a Worker with every kind of binding that runs locally. */
export const startBindingsWorker = (): Promise<RunningWorker> =>
  startWorker({
    entry,
    // For a Worker to call its own `scheduled` and `queue`.
    compatibilityFlags: ['service_binding_extra_handlers'],
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      BUCKET: { type: 'r2', name: 'bucket' },
      ORDERS: { type: 'queue', name: 'orders' },
      ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' },
      SERVICE: { type: 'worker', worker: 'worker', exportName: 'Service' },
      SELF: { type: 'worker', worker: 'worker' },
      AE: { type: 'analytics-engine-dataset', name: 'points' },
    } as never,
    vars: { TEXT: 'text', JSON_VALUE: { get: 'x', list: [1] } },
    settings: { exports: { Room: { type: 'durable-object', storage: 'sqlite' } } },
  })
