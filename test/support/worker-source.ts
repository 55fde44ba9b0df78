import { fileURLToPath } from 'node:url'
import type { Json, MiniflareOptions, V4WorkerOptions } from 'miniflare'
import { bundle } from './bundle.ts'
import { requireFromWrangler } from './wrangler.ts'

/** A Worker as Miniflare takes it. */
export type MiniflareWorker = NonNullable<MiniflareOptions['workers']>[number]

type Settings = MiniflareWorker['config']

interface CommonSource {
  /** Default `worker`, or the configuration's. */
  name?: string
  /** Variables, in addition to the configuration's. Objects and numbers arrive as they are. */
  vars?: Record<string, Json>
  /** Further bindings by name: `{ CACHE: { type: 'kv', id: 'cache' }, DB: { type: 'd1', id: 'db' } }`. */
  bindings?: NonNullable<Settings['env']>
  /** Default 2026-08-04, from which on `nodejs_compat` is on, or the configuration's. */
  compatibilityDate?: string
  /** In addition to the configuration's. */
  compatibilityFlags?: string[]
  /** Other settings in Miniflare's words: `exports` (Durable Objects), `triggers`, `tailConsumers`. */
  settings?: Partial<Settings>
}

/** Where a Worker's code and bindings come from: a module, or a wrangler configuration file. */
export type WorkerSource = CommonSource &
  (
    | { entry: string | URL; config?: never; main?: never }
    | {
        entry?: never
        config: string | URL
        /** A module to run instead of the configuration's `main`, with the same bindings. */
        main?: string | URL
      }
  )

const COMPATIBILITY_DATE = '2026-08-04'

/** Bundles a Worker. A wrangler configuration may bring further Workers of its own. */
export async function workersOf(source: WorkerSource): Promise<MiniflareWorker[]> {
  const [worker, ...others] =
    source.config !== undefined
      ? await fromConfig(pathOf(source.config), source.main && pathOf(source.main))
      : [await fromEntry(pathOf(source.entry))]
  if (!worker) return []
  const { config, ...rest } = worker
  const flags = [...(config.compatibilityFlags ?? []), ...(source.compatibilityFlags ?? [])]
  const settings: Settings = {
    ...config,
    ...source.settings,
    name: source.name ?? config.name,
    compatibilityDate: source.compatibilityDate ?? config.compatibilityDate,
    compatibilityFlags: flags,
    env: { ...config.env, ...source.bindings, ...variables(source.vars) },
  }
  return [{ ...rest, config: settings }, ...others]
}

async function fromEntry(entry: string): Promise<MiniflareWorker> {
  const contents = await bundle(entry)
  const modules = { 'worker.mjs': { type: 'esm' as const, contents } }
  return {
    config: {
      name: 'worker',
      compatibilityDate: COMPATIBILITY_DATE,
      manifest: { mainModule: 'worker.mjs', modulesRoot: '/', modules },
    },
  }
}

async function fromConfig(path: string, entry: string | undefined): Promise<MiniflareWorker[]> {
  const { unstable_getMiniflareWorkerOptions } = requireFromWrangler('wrangler')
  const { convertV4MiniflareOptions } = requireFromWrangler('miniflare')
  const { workerOptions, define, externalWorkers, ...found } =
    unstable_getMiniflareWorkerOptions(path)
  const main = entry ?? found.main
  // What the rules say of text and binary modules is lost: there is only the bundle.
  const { modulesRules: _, ...settings } = workerOptions
  if (!main) throw new Error(`Cannot start a Worker: \`main\` must be set in ${path}`)
  const script = await bundle(main, define)
  const name = String(settings.name ?? 'worker')
  const worker: V4WorkerOptions = { ...settings, name, modules: true, script }
  const options = convertV4MiniflareOptions({
    workers: [worker, ...externalWorkers] as V4WorkerOptions[],
  })
  return [...(options.workers ?? [])]
}

function variables(vars: Record<string, Json> = {}): NonNullable<Settings['env']> {
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      typeof value === 'string' ? { type: 'text', value } : { type: 'json', value },
    ]),
  )
}

function pathOf(file: string | URL): string {
  return file instanceof URL ? fileURLToPath(file) : file
}
