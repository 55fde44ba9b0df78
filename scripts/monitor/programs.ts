import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Version of the Collector: of the container and of what is built from `collector/builder.yaml`. */
export const COLLECTOR_VERSION = '0.159.0'

/** Version of Loki: of the container and of what is built. */
export const LOKI_VERSION = '3.7.8'

/** Version of Jaeger that is built: the newest that is a Go module. The container's is newer. */
export const JAEGER_VERSION = '2.13.0'

/** Where programs that were built are kept, outside of the repository. */
export const cacheDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hono-observability')

/** What the Collector is built from. */
export const COLLECTOR_MANIFEST = join(
  import.meta.dirname,
  '../../monitoring/collector/builder.yaml',
)

/** Where the built Collector is, or would be: one for each manifest, so that one with fewer components is not taken for it. */
export const builtCollector = (): string => {
  const manifest = createHash('sha256').update(readFileSync(COLLECTOR_MANIFEST)).digest('hex')
  const name = `collector-${COLLECTOR_VERSION}-${manifest.slice(0, 8)}`
  return join(cacheDirectory(), name, 'build', 'otelcol')
}

/** Where the built Loki is, or would be. */
export const builtLoki = (): string => join(cacheDirectory(), `loki-${LOKI_VERSION}`, 'loki')

/** Where the built Jaeger is, or would be. */
export const builtJaeger = (): string =>
  join(cacheDirectory(), `jaeger-${JAEGER_VERSION}`, 'jaeger')

const runs = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/** The programs of the stack on this machine; undefined for those that are not here. */
export interface Programs {
  readonly prometheus: string | undefined
  readonly alertmanager: string | undefined
  readonly collector: string | undefined
  readonly jaeger: string | undefined
  readonly loki: string | undefined
  readonly nodeExporter: string | undefined
  readonly postgresExporter: string | undefined
  readonly mysqldExporter: string | undefined
  readonly redisExporter: string | undefined
}

/** Looks for the programs: installed, or built before. */
export function findPrograms(): Programs {
  // Debian's have a prefix.
  const exporter = (name: string): string | undefined =>
    [`${name}_exporter`, `prometheus-${name}-exporter`].find(runs)
  const built = (path: string): string[] => (existsSync(path) ? [path] : [])
  return {
    prometheus: ['prometheus'].find(runs),
    alertmanager: ['prometheus-alertmanager', 'alertmanager'].find(runs),
    collector: [...built(builtCollector()), 'otelcol-contrib'].find(runs),
    jaeger: built(builtJaeger())[0],
    loki: built(builtLoki())[0],
    nodeExporter: exporter('node'),
    postgresExporter: exporter('postgres'),
    mysqldExporter: exporter('mysqld'),
    redisExporter: exporter('redis'),
  }
}
