import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { hasPostgresql, startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

/** As wrangler does for `nodejs_compat`: Node's modules by their old names, also where they are required. */
const bundle = async (entry: URL): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [entry.pathname],
    tsconfig: new URL('../../../tsconfig.json', import.meta.url).pathname,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*', 'pg-native'],
    plugins: [
      {
        name: 'node',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: new RegExp(`^(${builtinModules.join('|')})$`) }, ({ path }) => ({
            path,
            namespace: 'node',
          }))
          onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
            contents: `import all from 'node:${path}'\nmodule.exports = all`,
          }))
        },
      },
    ],
  })
  return outputFiles[0]?.text ?? ''
}

describe.runIf(hasPostgresql)('on Workers', () => {
  let folder: string
  let server: Running
  let sink: Sink
  let worker: RunningWorker

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'worker-db-'))
    const entry = join(folder, 'worker.js')
    writeFileSync(entry, await bundle(new URL('worker.ts', import.meta.url)))
    server = await startPostgresql()
    sink = await startSink()
    worker = await startWorker({
      entry,
      vars: {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        DATABASE_URL: `postgres://postgres@127.0.0.1:${server.port}/postgres`,
      },
    })
  })
  afterAll(async () => {
    await worker?.stop()
    await sink?.close()
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(['/pg', '/postgres'])(
    '%s, with a client for each request, is observed in its request',
    async (path) => {
      sink.clear()
      const answers = await Promise.all(
        [1, 2, 3].map(async () => (await fetch(worker.url + path)).json()),
      )
      expect(answers).toEqual([[{ n: 7 }], [{ n: 7 }], [{ n: 7 }]])
      await sink.waitFor(() => sink.spans().length >= 6, 10_000)
      const queries = sink.spans().filter(({ kind }) => kind === 3)
      expect(queries.map(({ name }) => name)).toEqual([
        'SELECT postgres',
        'SELECT postgres',
        'SELECT postgres',
      ])
      expect(new Set(queries.map(({ traceId }) => traceId)).size).toBe(3)
      expect(queries[0]?.attributes).toMatchObject({
        'db.system.name': 'postgresql',
        'db.query.text': 'SELECT $1::int AS n',
        'server.address': '127.0.0.1',
        'server.port': server.port,
      })
    },
  )
})
