import type { ExporterState } from 'hono-observability'
import { type FaultyCollector, startFaultyCollector } from '../../support/faulty-collector.ts'
import { type Isolate, startIsolate } from './isolate.ts'
import type { Comparison } from './latency.ts'
import { type Ledger, Receiver } from './ledger.ts'
import { Load } from './load.ts'
import type { Scenario } from './scenario.ts'

/** Everything that can be said of a scenario once it is over. */
export interface Outcome {
  /** Responses that were not those of the app without telemetry. */
  differing: readonly string[]
  latency: Comparison
  /** Numbers of the first request made while the receiver failed, and of the first after. */
  from: number
  to: number
  /** Requests in all. */
  made: number
  ledger: Ledger
  state: ExporterState
  /** The same when the load was over, with the receiver still failing. */
  stateWhileFailing: ExporterState
  /** Since before the receiver failed, beyond what the app without telemetry has grown by. */
  heapGrowthBytes: number
  residentGrowthBytes: number
}

interface Memory {
  heap: number
  resident: number
}

const WARM_UP = 1000
const HEAL_LIMIT_MS = 60_000
const QUIET_MS = 1200

const OBSERVED = new URL('worker.ts', import.meta.url)
const BASELINE = new URL('baseline.ts', import.meta.url)

/** Starts the app without telemetry. */
export const startBaseline = (): Promise<Isolate> => startIsolate(BASELINE)

/** Puts an app in front of a receiver that fails, heals the receiver, and waits until all has been said. */
export async function run(scenario: Scenario, baseline: Isolate): Promise<Outcome> {
  const collector = await startFaultyCollector()
  const { endpoint } = scenario
  const app = await startIsolate(OBSERVED, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint?.replace('PORT', `${collector.port}`) ?? collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    // Rounds that have to be repeated must not fill it.
    OTEL_BSP_MAX_QUEUE_SIZE: 16_384,
    ...(endpoint && { CORRECTED_ENDPOINT: collector.url }),
    ...scenario.vars,
  })
  try {
    return await observe(scenario, collector, app, baseline)
  } finally {
    await Promise.all([app.stop(), collector.close()])
  }
}

async function observe(
  scenario: Scenario,
  collector: FaultyCollector,
  app: Isolate,
  baseline: Isolate,
): Promise<Outcome> {
  const receiver = new Receiver(collector.sink)
  const load = new Load(app.url, baseline.url)
  const settled = (): Promise<void> => settle(app, collector, () => load.both(1))
  const memory = (): Promise<Memory[]> => Promise.all([app, baseline].map(memoryOf))

  const setFailing = async (isFailing: boolean): Promise<void> => {
    receiver.respond = (isFailing && scenario.respond) || (() => ({}))
    const which = isFailing ? 'configured' : 'corrected'
    await fetch(`${app.url}/endpoint/${which}`, { method: 'POST' })
    await collector.setWire((isFailing && scenario.wire) || 'open')
  }

  await load.both(WARM_UP)
  await settled()
  const [appBefore, baselineBefore] = (await memory()) as [Memory, Memory]

  await setFailing(true)
  const from = load.made
  const latency = await load.measure(scenario.spreadMs)
  const to = load.made
  await sleep(scenario.lingersMs ?? 0)
  const stateWhileFailing = await stateOf(app)

  await setFailing(false)
  if (scenario.isFlushed) await fetch(`${app.url}/flush`, { method: 'POST' })
  await settled()
  const [appAfter, baselineAfter] = (await memory()) as [Memory, Memory]
  const growth = (of: keyof Memory): number =>
    appAfter[of] - appBefore[of] - Math.max(0, baselineAfter[of] - baselineBefore[of])
  return {
    differing: load.differing,
    latency,
    from,
    to,
    made: load.made,
    ledger: receiver.read(),
    state: await stateOf(app),
    stateWhileFailing,
    heapGrowthBytes: growth('heap'),
    residentGrowthBytes: growth('resident'),
  }
}

/** Attempts ride on requests: makes some until nothing is left to send, and then none until nothing more comes. */
async function settle(
  app: Isolate,
  { sink }: FaultyCollector,
  sendOne: () => Promise<unknown>,
): Promise<void> {
  const deadlineMs = performance.now() + HEAL_LIMIT_MS
  for (let received = -1; performance.now() < deadlineMs; ) {
    if ((await stateOf(app)).queued > 0) {
      await sendOne()
      await sleep(100)
    } else if (received !== sink.requests.length) {
      received = sink.requests.length
      await sleep(QUIET_MS)
    } else {
      return
    }
  }
  throw new Error(`Not over in ${HEAL_LIMIT_MS} ms: ${JSON.stringify(await stateOf(app))}`)
}

async function stateOf(app: Isolate): Promise<ExporterState> {
  const response = await fetch(`${app.url}/state`)
  return response.json() as Promise<ExporterState>
}

async function memoryOf(isolate: Isolate): Promise<Memory> {
  return { heap: await isolate.heapBytes(), resident: await isolate.residentBytes() }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
