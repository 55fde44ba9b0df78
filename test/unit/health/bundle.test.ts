import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const entry = `${import.meta.dirname}/../../../src/entries/health.ts`

async function bundle(names: string): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export ${names} from ${JSON.stringify(entry)}`, resolveDir: '.' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    external: ['hono'],
  })
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) }
}

it('takes less than 6 kB gzipped without Hono, a fifth of it redaction', async () => {
  const { code } = await bundle('*')
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(6144)
})

it('needs Hono and what redacts, and nothing else, no tracing above all', async () => {
  const { code, inputs } = await bundle('*')
  expect(inputs.filter((path) => !path.includes('src/health/'))).toEqual([
    'src/runtimes/drain.ts',
    'src/runtimes/exit.ts',
    'src/http/bearer.ts',
    'src/http/guarded.ts',
    'src/http/probe-mark.ts',
    'src/base/returned.ts',
    'src/bindings/raw.ts',
    'src/base/coarse-redactor.ts',
    'src/base/console.ts',
    'src/base/cut.ts',
    'src/base/quote.ts',
    'src/base/own-lines.ts',
    'src/base/thrown.ts',
    'src/entries/health.ts',
    '<stdin>',
  ])
  expect(code.match(/from"[^"]*"/g)).toEqual(['from"hono"'])
})

it('leaves out the checks that are not used', async () => {
  const { code } = await bundle('{ healthRoutes, kv }')
  for (const trace of ['SELECT', 'idFromName', 'connect(', 'max_tokens', 'SIGTERM', 'records']) {
    expect(code).not.toContain(trace)
  }
})
