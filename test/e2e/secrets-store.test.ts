import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { workersOf } from '../support/worker-source.ts'
import { startWorkerd, type Workerd } from '../support/workerd.ts'

const VARIABLE = 'OTEL_EXPORTER_OTLP_HEADERS'

let sink: Sink
let workerd: Workerd

beforeAll(async () => {
  sink = await startSink()
  const workers = await workersOf({
    entry: new URL('./secrets-store/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: {
      [VARIABLE]: { type: 'secrets-store-secret', storeId: 'store', secretName: 'headers' },
    },
  })
  workerd = await startWorkerd({ workers, telemetry: { enabled: false } })
})

afterAll(async () => {
  await workerd?.stop()
  await sink?.close()
})

it('exports carry what the Secrets Store keeps, also where it is not there at first', async () => {
  const { miniflare } = workerd
  const url = await miniflare.ready
  expect(await (await fetch(url)).text()).toBe('ok')
  expect(sink.requests).toEqual([])
  const admin = (await miniflare.getSecretsStoreSecretAPI(VARIABLE))()
  await admin.create('x-api-key=k%20k')
  expect(await (await fetch(url)).text()).toBe('ok')
  await sink.waitFor((sink) => sink.spans().length >= 2, 15_000)
  expect(sink.requests.map(({ headers }) => headers['x-api-key'])).toEqual(
    sink.requests.map(() => 'k k'),
  )
})
