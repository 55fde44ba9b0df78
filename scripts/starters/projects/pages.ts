import { app, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

/** Pages with its functions: the app answers what no file does. */
export const pages: Starter = {
  name: 'pages',
  uses: ['wrangler', 'hono'],
  files: (endpoint) => ({
    'package.json': manifest('pages'),
    'public/index.html': '<!doctype html><title>Pages</title>',
    'functions/[[path]].ts': app(
      'pages',
      'export const onRequest = handle(app)\n',
      "import { handle } from 'hono/cloudflare-pages'\n",
    ),
    '.dev.vars': `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nOTEL_LOGS_EXPORTER=otlp\n`,
    'wrangler.jsonc': `{
  "name": "pages",
  "pages_build_output_dir": "public",
  "compatibility_date": "2025-08-03",
  "compatibility_flags": ["nodejs_als"]
}
`,
  }),
  prepare: [NPM_INSTALL],
  serve: [
    {
      title: 'wrangler pages dev',
      command: [
        ...['wrangler', 'pages', 'dev', '--port', '%port%', '--ip', '127.0.0.1'],
        ...['--inspector-port', '0'],
      ],
    },
  ],
}
