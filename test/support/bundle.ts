import { fileURLToPath } from 'node:url'
import { requireFromWrangler } from './wrangler.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a Worker as wrangler does: one module, the `workerd` conditions, Node's built-in modules
 * left to the runtime. `hono-observability` is taken from `src/`, wherever the entry is.
 */
export async function bundle(entry: string, define: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await requireFromWrangler('esbuild').build({
    entryPoints: [entry],
    define,
    tsconfig: `${root}tsconfig.json`,
    nodePaths: [`${root}node_modules`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    keepNames: true,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
