import { app, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

const SERVE = "serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })\n"

/** Node's template, as it is once it is built: any Node that we support can run it. */
export const nodeEsm: Starter = {
  name: 'node-esm',
  uses: ['node', 'hono'],
  files: () => ({
    'package.json': manifest('node-esm', { dependencies: { '@hono/node-server': '^2.0.0' } }),
    'src/index.js': app('node-esm', SERVE, "import { serve } from '@hono/node-server'\n")
      .replace(', type ObservabilityVariables', '')
      .replace('<{ Variables: ObservabilityVariables }>', ''),
  }),
  prepare: [NPM_INSTALL],
  serve: [{ title: 'node', command: ['node', 'src/index.js'] }],
}

/** A project of CommonJS: `require(esm)`, from Node 20.19. Hono comes as its CommonJS copy, ours asks for the other. */
export const nodeCommonJs: Starter = {
  name: 'node-commonjs',
  uses: ['node', 'node-20', 'hono'],
  files: () => ({
    'package.json': manifest('node-commonjs', {
      type: 'commonjs',
      dependencies: { '@hono/node-server': '^2.0.0' },
      devDependencies: { 'node-20': 'npm:node@^20.19.0' },
      allowScripts: { 'node-20': true, node: true },
    }),
    'index.js': `const { serve } = require('@hono/node-server')
const { Hono } = require('hono')
const { log, observability } = require('hono-observability')
const { healthRoutes } = require('hono-observability/health')

const app = new Hono()
app.use(observability({ service: { name: 'node-commonjs' } }))
app.route('/', healthRoutes())
app.get('/orders/:id', (c) => {
  log.info('order read', { 'order.id': c.req.param('id') })
  return c.json({ id: c.req.param('id'), requestId: c.var.requestId })
})
${SERVE}`,
  }),
  prepare: [NPM_INSTALL],
  serve: [
    { title: 'node 24', command: ['node', 'index.js'] },
    { title: 'node 20', command: ['node_modules/node-20/bin/node', 'index.js'] },
  ],
}
