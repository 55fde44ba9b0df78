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
      CARRIED: { type: 'queue', name: 'carried' },
      ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' },
      SERVICE: { type: 'worker', worker: 'worker', exportName: 'Service' },
      SELF: { type: 'worker', worker: 'worker' },
      AE: { type: 'analytics-engine-dataset', name: 'points' },
      FLOW: { type: 'workflow', name: 'flow', worker: 'worker', exportName: 'Flow' },
      IMAGES: { type: 'images' },
      LIMIT: { type: 'rate-limit', namespace: '1', simple: { limit: 2, period: 60 } },
      MAIL: { type: 'send-email' },
      // These are of the shape they have on the platform, but have nobody to ask.
      AI: { type: 'ai' },
      INDEX: { type: 'vectorize', name: 'index' },
      DISPATCH: { type: 'dispatch-namespace', namespace: 'tenants' },
      BROWSER: { type: 'browser' },
      HYPERDRIVE: {
        type: 'hyperdrive',
        id: 'hyperdrive',
        dev: { connectionString: 'postgres://user:s3cret@localhost:5432/db' },
      },
      VERSION: { type: 'version-metadata' },
    } as never,
    vars: {
      HONO_OBSERVABILITY_SECRET: 'known to this Worker only',
      TEXT: 'text',
      JSON_VALUE: { get: 'x', list: [1] },
    },
    settings: {
      exports: { Room: { type: 'durable-object', storage: 'sqlite' } },
      triggers: [{ type: 'queue', name: 'carried', maxBatchTimeout: 0 }],
    },
  })
