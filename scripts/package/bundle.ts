import { build, type Plugin } from 'esbuild'

export type Inputs = Readonly<Record<string, { bytesInOutput: number }>>

export interface Bundle {
  contents: Uint8Array
  inputs: Inputs
}

/**
 * Bundles code that imports from `./dist`, minified, as for a Worker. The peer dependency `hono` and Node's modules
 * are left out.
 */
export const bundle = async (code: string, plugins: Plugin[] = []): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: `${import.meta.dirname}/../..` },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2024',
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['hono', 'hono/*', 'node:*', 'cloudflare:*'],
    plugins,
  })
  return {
    contents: outputFiles[0]?.contents ?? new Uint8Array(),
    inputs: Object.values(metafile.outputs)[0]?.inputs ?? {},
  }
}
