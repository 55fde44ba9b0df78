import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { closeByCommand, closeByTrigger } from './close-day.ts'
import { readHealth } from './health.ts'
import { instructions } from './instructions.ts'
import { parseOptions, type StartOptions, USAGE } from './options.ts'
import { startPaymentService } from './payment-service.ts'
import { isPortFree } from './ports.ts'
import { showProgress } from './progress.ts'
import { shopCommand, shopVariables, stagedPackage } from './runtimes.ts'
import { prepareShutdown } from './shutdown.ts'
import { terminal } from './terminal.ts'
import { startTraceBoard, type TraceBoard } from './trace-board.ts'
import { sendTraffic, type TrafficOptions } from './traffic.ts'
import { startViewer } from './viewer.ts'
import { watchSpans } from './watch-spans.ts'
import { startWorker } from './worker.ts'

const ADMIN_TOKEN = 'local-admin'
const METRICS_TOKEN = 'local-metrics'
const TRACES_TIMEOUT_MS = 10_000
const STEPS = {
  worker: ['Preparing D1 and KV', 'Starting the Worker'],
  process: ['Building the package', 'Starting the shop'],
} as const

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** The message for a taken port, or undefined when both are free. */
async function takenPort({ port, otlpPort }: StartOptions): Promise<string | undefined> {
  if (!(await isPortFree(port))) {
    return `Cannot start: port ${port} (the shop) is taken. Choose another: npm start -- --port ${port + 1}`
  }
  if (!(await isPortFree(otlpPort))) {
    return `Cannot start: port ${otlpPort} (the OTLP receiver) is taken. Choose another: npm start -- --otlp-port ${otlpPort + 1}`
  }
  return undefined
}

async function run(options: StartOptions): Promise<void> {
  const { runtime, port, otlpPort, once, verbose } = options
  const stateDir = resolve(options.stateDir)
  const baseUrl = `http://localhost:${port}`
  const screen = terminal(process.stdout, process.env)
  const progress = showProgress(screen.write, () => performance.now())
  const shutdown = prepareShutdown()
  const fail = async (message: string): Promise<void> => {
    if (shutdown.signal.aborted) return
    progress.interrupt()
    process.stderr.write(`${message}\n`)
    await shutdown.end(1)
  }

  const taken = await takenPort(options)
  if (taken) return fail(taken)

  const board = startTraceBoard(screen)
  shutdown.onEnd(board.close)
  const healthUrl = `${baseUrl}/health`
  const { signal } = shutdown
  const viewer = await startViewer({ port: otlpPort, stateDir, healthUrl, signal })
  shutdown.onEnd(viewer.close)
  const pageUrl = `http://localhost:${otlpPort}`
  print(`Traces, metrics and logs: ${pageUrl}\n`)
  viewer.built.catch((error: Error) => fail(`Cannot build the page: ${error.message}`))
  watchSpans(viewer.fetch, board.add, signal).catch((error: Error) => fail(error.message))
  const payments = await startPaymentService()
  shutdown.onEnd(payments.close)

  const [preparing, starting] = STEPS[runtime === 'workerd' ? 'worker' : 'process']
  progress.begin(preparing)
  const vars = {
    ADMIN_TOKEN,
    METRICS_TOKEN,
    SESSION_SECRET: 'local-sessions',
    // The same at every start: what waits in the queue is read by the next.
    HONO_OBSERVABILITY_SECRET: 'local-observability',
    UPSTREAM_URL: payments.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: viewer.url,
    OTEL_LOGS_EXPORTER: 'otlp',
    // The default of a minute is long for someone who watches.
    OTEL_METRIC_EXPORT_INTERVAL: '2000',
  }
  const worker = startWorker(
    { runtime, port, stateDir, vars, verbose, watch: !once },
    {
      onStored: () => {
        progress.end()
        progress.begin(starting)
      },
      onOutput: (text) => {
        if (verbose) screen.write(text)
      },
      onErrorOutput: (text) => {
        progress.interrupt()
        process.stderr.write(screen.colour ? text : stripVTControlCharacters(text))
      },
      onFailure: fail,
    },
  )
  shutdown.onEnd(worker.stop)
  await worker.ready
  progress.end()

  const closeDay = (time: Date, signal: AbortSignal): Promise<void> =>
    runtime === 'workerd'
      ? closeByTrigger(baseUrl, time, signal)
      : closeByCommand(
          shopCommand(runtime, stagedPackage(stateDir)),
          shopVariables({ port, stateDir, vars }),
          time,
          signal,
        )
  const problem = await tryOut(baseUrl, closeDay, board, signal)
  if (signal.aborted) return
  if (once) return problem ? fail(problem) : shutdown.end(0)
  if (problem) print(problem)
  print(instructions(baseUrl, pageUrl, ADMIN_TOKEN, METRICS_TOKEN, runtime))
}

/** Sends the scripted traffic and waits for its traces. Returns what went wrong, if anything did. */
async function tryOut(
  baseUrl: string,
  closeDay: TrafficOptions['closeDay'],
  board: TraceBoard,
  signal: AbortSignal,
): Promise<string | undefined> {
  const sent: string[] = []
  const onSent = (request: string): void => {
    sent.push(request)
  }
  try {
    await sendTraffic({ baseUrl, adminToken: ADMIN_TOKEN, closeDay, onSent, signal })
  } catch (error) {
    return `The shop does not work: ${error instanceof Error ? error.message : error}`
  }
  const missing = await board.missing(sent, TRACES_TIMEOUT_MS)
  print(
    `\n${sent.length} requests and triggers sent, ${sent.length - missing.length} traces received.`,
  )
  print(await readHealth(baseUrl))
  if (missing.length === 0) return undefined
  return `No trace within ${TRACES_TIMEOUT_MS / 1000} s of: ${missing.join(', ')}`
}

async function main(args: string[]): Promise<void> {
  let options: StartOptions
  try {
    options = parseOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`)
    process.exitCode = 1
    return
  }
  if (options.help) return print(USAGE)
  try {
    await run(options)
  } catch (error) {
    // Nothing here is meant to reject; the shop's process ends when this one is gone.
    process.stderr.write(`Cannot start: ${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
}

await main(process.argv.slice(2))
