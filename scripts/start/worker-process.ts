/**
 * The process that runs the Worker: local D1 and KV first, then workerd.
 *
 * It uses wrangler as a library, because each start of its command line costs a second and this
 * needs four of them. It ends when it is told to, or when the process that started it is gone.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  unstable_DevEnv as DevEnv,
  getPlatformProxy,
  unstable_readConfig as readConfig,
} from 'wrangler'
import { type Database, type KeyValueStore, migrate, putAll, runSql } from './storage.ts'
import type { WorkerMessage, WorkerSettings } from './worker-protocol.ts'

const root = join(import.meta.dirname, '../..')
const shop = join(root, 'examples/shop')
const configPath = join(root, 'wrangler.toml')

let stop = async (): Promise<void> => undefined
let ending = false
let ready = false

function tell(message: WorkerMessage): void {
  process.send?.(message)
}

/** Says in one line why there is no Worker; wrangler has written the rest to standard error. */
function fail(error: unknown): void {
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  tell({ type: 'failed', message })
}

async function end(): Promise<void> {
  if (ending) return
  ending = true
  await stop().catch(() => undefined)
  process.exit(0)
}

/** The configuration with D1 and KV alone: with a Durable Object, wrangler would ask for the Worker that has its class. */
async function writeStorageConfig(stateDir: string): Promise<string> {
  const { name, compatibility_date, d1_databases, kv_namespaces } = readConfig({
    config: configPath,
  })
  const path = join(stateDir, 'storage.json')
  await mkdir(stateDir, { recursive: true })
  await writeFile(path, JSON.stringify({ name, compatibility_date, d1_databases, kv_namespaces }))
  return path
}

async function prepareStorage(stateDir: string): Promise<void> {
  const { env, dispose } = await getPlatformProxy<{ DB: Database; CARTS: KeyValueStore }>({
    configPath: await writeStorageConfig(stateDir),
    envFiles: [],
    persist: { path: join(stateDir, 'v3') },
    remoteBindings: false,
  })
  try {
    await migrate(env.DB, join(shop, 'migrations'))
    await runSql(env.DB, join(shop, 'seed/products.sql'))
    await putAll(env.CARTS, join(shop, 'seed/carts.json'))
  } finally {
    await dispose()
  }
}

async function run({ port, stateDir, vars, verbose, watch }: WorkerSettings): Promise<void> {
  await prepareStorage(stateDir)
  tell({ type: 'stored' })
  const dev = new DevEnv()
  dev.on('error', (event: { reason?: string; cause?: unknown }) => {
    fail(event.cause ?? event.reason ?? event)
  })
  dev.on('buildFailed', () => fail('its build failed, see above'))
  dev.once('reloadComplete', () => {
    ready = true
    tell({ type: 'ready' })
  })
  const worker = await dev.startWorker({
    config: configPath,
    envFiles: [],
    sendMetrics: false,
    bindings: Object.fromEntries(
      Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text', value }]),
    ),
    dev: {
      remote: false,
      inspector: false,
      watch,
      liveReload: false,
      persist: stateDir,
      server: { hostname: '127.0.0.1', port },
      // Once it runs, its log lines are not errors of ours: they are for those who ask for them.
      structuredLogsHandler: ({ level, message }: { level: string; message: string }) => {
        const stream = level === 'error' && !ready ? process.stderr : process.stdout
        stream.write(`${message}\n`)
      },
      logLevel: verbose ? 'log' : 'warn',
    },
  })
  stop = () => worker.dispose()
  await worker.ready
}

process.on('message', end)
process.on('disconnect', end)
// A build that fails also rejects promises of wrangler's own that nobody waits for.
process.on('unhandledRejection', fail)

run(JSON.parse(process.argv[2] ?? '{}') as WorkerSettings).catch(fail)
