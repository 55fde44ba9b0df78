import { app, json, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

/** What `npm create hono` writes for Workers: the date of its template, which is long before AsyncLocalStorage's. */
const OLD_DATE = '2025-08-03'

const source = (name: string): string =>
  app(name, 'export default instrument(app)\n', "import { instrument } from 'hono-observability'\n")

const tsconfig = json({
  compilerOptions: {
    target: 'ESNext',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    strict: true,
    skipLibCheck: true,
    lib: ['ESNext'],
    jsx: 'react-jsx',
    jsxImportSource: 'hono/jsx',
  },
})

const serve = [
  {
    title: 'wrangler dev',
    command: ['wrangler', 'dev', '--port', '%port%', '--ip', '127.0.0.1', '--inspector-port', '0'],
  },
  {
    title: 'wrangler dev --minify',
    command: [
      ...['wrangler', 'dev', '--minify', '--port', '%port%', '--ip', '127.0.0.1'],
      ...['--inspector-port', '0'],
    ],
  },
]

const vars = (endpoint: string): string =>
  `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nOTEL_LOGS_EXPORTER=otlp\n`

/** `wrangler.jsonc`, an old date, and the one flag that we ask for. */
export const workerJsonc: Starter = {
  name: 'worker-jsonc',
  uses: ['wrangler', 'hono'],
  files: (endpoint) => ({
    'package.json': manifest('worker-jsonc'),
    'tsconfig.json': tsconfig,
    'src/index.ts': source('worker-jsonc'),
    '.dev.vars': vars(endpoint),
    'wrangler.jsonc': `{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": "worker-jsonc",
  "main": "src/index.ts",
  "compatibility_date": "${OLD_DATE}",
  "compatibility_flags": ["nodejs_als"]
}
`,
  }),
  prepare: [NPM_INSTALL, ['wrangler', 'deploy', '--dry-run', '--outdir', 'bundled']],
  serve,
}

/** TOML, with what Node's modules need beside AsyncLocalStorage. */
export const workerToml: Starter = {
  name: 'worker-toml',
  uses: ['wrangler', 'hono'],
  files: (endpoint) => ({
    'package.json': manifest('worker-toml'),
    'tsconfig.json': tsconfig,
    'src/index.ts': source('worker-toml'),
    '.dev.vars': vars(endpoint),
    'wrangler.toml': `name = "worker-toml"
main = "src/index.ts"
compatibility_date = "${OLD_DATE}"
compatibility_flags = ["nodejs_compat"]
`,
  }),
  prepare: [NPM_INSTALL],
  serve: serve.slice(0, 1),
}
