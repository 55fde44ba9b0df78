/** A project as its tool's own template makes it, with this package added as the docs say. */
export interface Starter {
  /** Its folder, and what is said when it fails. */
  name: string
  /** What is written before anything is installed, by path. `ARCHIVE` stands for the packed package. */
  files(endpoint: string): Record<string, string>
  /** Commands that install and build, one after the other, each with its arguments. */
  prepare: readonly (readonly string[])[]
  /** Commands that serve it, each until it has answered and been traced. Together they say what is proved. */
  serve: readonly Server[]
  /** Whose versions are told, by their names in `node_modules`: the project's, or else ours. */
  uses: readonly string[]
}

export interface Server {
  title: string
  command: readonly string[]
  /** Beside `OTEL_EXPORTER_OTLP_ENDPOINT` and the like. */
  env?: Record<string, string>
}

/** What became of one starter. */
export interface StarterResult {
  name: string
  versions: Record<string, string>
  servers: { title: string; isTraced: boolean }[]
}

/** Stands in a file's text for the path of the archive. */
export const ARCHIVE = '%archive%'

/** What each starter's app answers, whatever it runs on: a route with a parameter, and a log line. */
export const ROUTE = '/orders/:id'

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** A manifest as `npm create hono` leaves it, with what our docs tell to install. */
export const manifest = (
  name: string,
  { type = 'module', dependencies = {}, devDependencies = {}, ...others }: Manifest = {},
): string =>
  json({
    name,
    private: true,
    ...(type && { type }),
    dependencies: {
      hono: '^4.13.0',
      '@opentelemetry/api': '^1.9.0',
      'hono-observability': `file:${ARCHIVE}`,
      ...dependencies,
    },
    ...(Object.keys(devDependencies).length > 0 && { devDependencies }),
    ...others,
  })

interface Manifest {
  type?: 'module' | 'commonjs'
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  [other: string]: unknown
}

/** The app of all starters. `before` is what comes first, `after` what makes a server of it. */
export const app = (
  name: string,
  after: string,
  before = '',
): string => `${before}import { Hono } from 'hono'
import { log, type ObservabilityVariables, observability } from 'hono-observability'

const app = new Hono<{ Variables: ObservabilityVariables }>()
app.use(observability({ service: { name: '${name}' } }))
app.get('${ROUTE}', (c) => {
  log.info('order read', { 'order.id': c.req.param('id') })
  return c.json({ id: c.req.param('id'), requestId: c.var.requestId })
})
${after}`

export const NPM_INSTALL = [
  'npm',
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
] as const
